/** The checker must see each breach, or a campaign that passes says nothing. */
import { describe, expect, it } from 'vitest';
import { check } from './checker.ts';
import { History, valueOf, type RecordId } from './history.ts';

const id = (number: number, producer = 'p'): RecordId => ({ producer, partition: 0, number });

/** `count` records sent, acknowledged and read by one reader, and the logs that hold them. */
function cleanRun(count: number): { history: History; logs: Map<number, Map<number, string>> } {
  const history = new History();
  const log = new Map<number, string>();
  for (let number = 0; number < count; number++) {
    history.noteSent(id(number));
    history.acknowledged.push({ ...id(number), offset: number, atMs: 10 * number });
    history.observed.push({ reader: 'r', partition: 0, offset: number, value: valueOf(id(number)) });
    log.set(number, valueOf(id(number)));
  }
  return { history, logs: new Map([[0, log]]) };
}

describe('the checker of histories', () => {
  it('finds nothing in a clean run, and says how long the longest silence was', () => {
    const { history, logs } = cleanRun(10);
    history.acknowledged.push({ ...id(10), offset: 10, atMs: 500 });
    history.noteSent(id(10));
    logs.get(0)?.set(10, valueOf(id(10)));
    expect(check(history, logs)).toEqual({
      breaches: [],
      acknowledgedRecords: 11,
      storedRecords: 11,
      longestSilenceMs: 410,
    });
  });

  it('lets ends of logs be lost where that is allowed, and nothing else', () => {
    const { history, logs } = cleanRun(10);
    for (const offset of [7, 8, 9]) logs.get(0)?.delete(offset);
    expect(check(history, logs).breaches).not.toEqual([]);
    expect(check(history, logs, 'may be lost').breaches).toEqual([]);
    logs.get(0)?.delete(4);
    expect(check(history, logs, 'may be lost').breaches.join()).toMatch(/lost: .*gap: /);
    logs.get(0)?.set(4, 'p:0:9');
    expect(check(history, logs, 'may be lost').breaches.join()).toMatch(/two values: /);
  });

  const breaches: readonly (readonly [string, (run: ReturnType<typeof cleanRun>) => void])[] = [
    ['lost', ({ logs }) => logs.get(0)?.delete(9)],
    ['gone after it was read', ({ logs }) => logs.get(0)?.delete(9)],
    ['two values', ({ logs }) => logs.get(0)?.set(4, 'p:0:5')],
    [
      'two values',
      ({ history }) => history.observed.push({ reader: 'x', partition: 0, offset: 3, value: 'p:0:4' }),
    ],
    ['duplicate', ({ logs }) => logs.get(0)?.set(10, 'p:0:3')],
    ['gap', ({ logs }) => logs.get(0)?.set(12, 'p:0:9')],
    ['order', ({ logs }) => logs.get(0)?.set(10, 'p:0:2')],
    ['made up', ({ logs }) => logs.get(0)?.set(10, 'p:0:77')],
    ['made up', ({ logs }) => logs.get(0)?.set(10, 'garbage')],
    ['made up', ({ history }) => history.refused.add('p:0:9')],
    ['complaint', ({ history }) => history.complaints.push('the sequence is forgotten')],
  ];
  it.each(breaches)('sees "%s"', (kind, breakIt) => {
    const run = cleanRun(10);
    breakIt(run);
    const found = check(run.history, run.logs).breaches;
    expect(found.filter((sentence) => sentence.startsWith(`${kind}: `)).length).toBeGreaterThan(0);
  });

  it('compares ends only where one look was over before the other began', () => {
    const { history, logs } = cleanRun(3);
    const seen = (endOffset: number, askedMs: number, answeredMs: number, startOffset = 0): void => {
      history.ends.push({ partition: 0, startOffset, endOffset, askedMs, answeredMs });
    };
    seen(100, 0, 10);
    seen(90, 5, 20);
    expect(check(history, logs).breaches).toEqual([]);
    seen(95, 15, 30);
    expect(check(history, logs).breaches).toEqual(['end went back: partition 0: 100, then 95']);
    seen(200, 40, 50, 7);
    seen(201, 60, 70, 6);
    expect(check(history, logs).breaches).toContain('start went back: partition 0: 7, then 6');
  });

  it('names the first of each kind and counts the others', () => {
    const { history, logs } = cleanRun(10);
    history.observed.length = 0;
    logs.get(0)?.clear();
    expect(check(history, logs).breaches).toEqual([
      'lost: p:0:0 was acknowledged at partition 0 offset 0',
      'lost: p:0:1 was acknowledged at partition 0 offset 1',
      'lost: p:0:2 was acknowledged at partition 0 offset 2',
      'lost: and 7 more',
    ]);
  });
});
