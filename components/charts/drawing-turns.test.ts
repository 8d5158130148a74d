/** One drawing a task, in the order of asking, each as it is when its turn comes. */
import { expect, it } from 'vitest';
import { DrawingTurns } from './drawing-turns.ts';

function turnsByHand() {
  const tasks: (() => void)[] = [];
  const drawn: string[] = [];
  const turns = new DrawingTurns((run) => tasks.push(run));
  return {
    turns,
    drawn,
    tasks,
    ask: (who: object, what: string) => turns.ask(who, () => void drawn.push(what)),
    runTask: () => tasks.shift()?.(),
  };
}

const [a, b, c] = [{}, {}, {}];

it('draws one a task, and nothing at once', () => {
  const { ask, drawn, tasks, runTask } = turnsByHand();
  ask(a, 'a');
  ask(b, 'b');
  ask(c, 'c');
  expect(drawn).toEqual([]);
  expect(tasks).toHaveLength(1);
  runTask();
  expect(drawn).toEqual(['a']);
  runTask();
  expect(drawn).toEqual(['a', 'b']);
  runTask();
  expect(drawn).toEqual(['a', 'b', 'c']);
  expect(tasks).toEqual([]);
});

it('draws who asks again once, in its place, as it is then', () => {
  const { ask, drawn, runTask } = turnsByHand();
  ask(a, 'a');
  ask(b, 'b');
  ask(a, 'newer a');
  runTask();
  runTask();
  expect(drawn).toEqual(['newer a', 'b']);
});

it('passes over who left, and goes on when somebody asks after that', () => {
  const { turns, ask, drawn, tasks, runTask } = turnsByHand();
  ask(a, 'a');
  turns.leave(a);
  runTask();
  expect(drawn).toEqual([]);
  expect(tasks).toEqual([]);
  ask(b, 'b');
  runTask();
  expect(drawn).toEqual(['b']);
});

it('lets who asks while drawing wait for another task', () => {
  const { turns, ask, drawn, tasks, runTask } = turnsByHand();
  turns.ask(a, () => ask(a, 'a again'));
  ask(b, 'b');
  runTask();
  expect(tasks).toHaveLength(1);
  runTask();
  runTask();
  expect(drawn).toEqual(['b', 'a again']);
  expect(tasks).toEqual([]);
});

it('goes on with the others after a drawing that failed', () => {
  const { turns, ask, drawn, tasks, runTask } = turnsByHand();
  turns.ask(a, () => {
    throw new Error('not to be drawn');
  });
  ask(b, 'b');
  expect(() => runTask()).toThrow('not to be drawn');
  expect(tasks).toHaveLength(1);
  runTask();
  expect(drawn).toEqual(['b']);
});
