/** Turns on a clock that moves only while a step works, or when the test says so. */
import { describe, expect, it } from 'vitest';
import { StepTurns } from './step-turns.ts';

class Thread {
  nowMs = 1_000;
  readonly done: string[] = [];
  readonly turns: StepTurns;
  #soon: (() => void)[] = [];

  constructor() {
    this.turns = new StepTurns({
      clock: { monotonicMs: () => this.nowMs, wallMs: () => 0 },
      timers: {
        after: (_delayMs, task) => {
          this.#soon.push(task);
          return () => undefined;
        },
        every: () => () => undefined,
      },
    });
  }

  step(name: string, tookMs: number): () => void {
    return () => {
      this.nowMs += tookMs;
      this.done.push(name);
    };
  }

  run(name: string, tookMs: number): void {
    this.turns.run(this.step(name, tookMs));
  }

  /** Everybody else is heard, then timers ring. */
  async nextTurn(): Promise<void> {
    this.done.push('others');
    for (const task of this.#soon.splice(0)) task();
    await Promise.resolve();
  }
}

describe('steps', () => {
  it('run at once until they have taken a turn, then in turns of their own, in order', async () => {
    const thread = new Thread();
    for (const name of 'abcdefg') thread.run(name, 4);
    expect(thread.done.join('')).toBe('abc');
    await thread.nextTurn();
    thread.run('h', 4);
    await thread.nextTurn();
    await thread.nextTurn();
    thread.run('i', 4);
    expect(thread.done.join(' ')).toBe('a b c others d e f others g h others i');
  });

  it('never wait while they leave the thread most of its time', () => {
    const thread = new Thread();
    for (let count = 0; count < 1_000; count += 1) {
      thread.run('a', 1);
      thread.nowMs += 3;
    }
    expect(thread.done).toHaveLength(1_000);
  });

  it('wait if what comes of them, which nobody counts, leaves others no time', () => {
    const thread = new Thread();
    for (let count = 0; count < 100; count += 1) {
      thread.run('a', 1);
      thread.nowMs += 1;
    }
    expect(thread.done.length).toBeLessThan(30);
  });
});

describe('a rest', () => {
  it('comes when the turn is over, and lets others be heard before it ends', async () => {
    const thread = new Thread();
    const write = async (name: string): Promise<void> => {
      thread.turns.take(thread.step(name, 6));
      await thread.turns.rest();
      thread.done.push(`${name} rested`);
    };
    await write('a');
    const second = write('b');
    thread.run('c', 1);
    await thread.nextTurn();
    await second;
    expect(thread.done).toEqual(['a', 'a rested', 'b', 'others', 'c', 'b rested']);
  });

  it('gives back what the work came to', () => {
    expect(new Thread().turns.take(() => 7)).toBe(7);
  });
});
