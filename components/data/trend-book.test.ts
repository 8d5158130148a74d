import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EVERY_MS, inQuestions, REST_MS, TrendBook, type Trend } from './trend-book.ts';

const trend = (value: number): Trend => ({ points: [[0, value]], fromMs: 0, toMs: 1 });
const nothing = (): void => undefined;

let asked: string[][];
let answer: (names: readonly string[]) => Promise<ReadonlyMap<string, Trend>>;
let isHeld: boolean;
let book: TrendBook;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  isHeld = false;
  answer = (names) => Promise.resolve(new Map(names.map((name) => [name, trend(asked.length)])));
  book = new TrendBook(
    (names) => {
      asked.push([...names]);
      return answer(names);
    },
    () => isHeld,
  );
});
afterEach(() => {
  vi.useRealTimers();
});

const rest = (): Promise<unknown> => vi.advanceTimersByTimeAsync(REST_MS);
const minute = (): Promise<unknown> => vi.advanceTimersByTimeAsync(EVERY_MS);

it('asks for all in view with one question, once they have come to rest', async () => {
  const told = vi.fn();
  book.watch('a', told);
  await vi.advanceTimersByTimeAsync(REST_MS - 1);
  book.watch('b', nothing);
  await vi.advanceTimersByTimeAsync(REST_MS - 1);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual([['a', 'b']]);
  expect(told).toHaveBeenCalledOnce();
  expect(book.of('a')).toEqual(trend(1));
});

it('does not ask for what came and went, nor again for who comes back', async () => {
  book.watch('passing', nothing)();
  const leave = book.watch('a', nothing);
  await rest();
  leave();
  book.watch('a', nothing);
  book.watch('b', nothing);
  await rest();
  expect(asked).toEqual([['a'], ['b']]);
});

it('asks again each minute while somebody watches, unless it is held', async () => {
  const leave = book.watch('a', nothing);
  await rest();
  await minute();
  expect(asked).toHaveLength(2);
  isHeld = true;
  await minute();
  expect(asked).toHaveLength(2);
  book.watch('new', nothing)();
  isHeld = false;
  leave();
  await minute();
  expect(asked).toHaveLength(2);
});

it('asks for what is new also while it is held', async () => {
  isHeld = true;
  book.watch('a', nothing);
  await rest();
  expect(asked).toEqual([['a']]);
});

it('waits for an answer before it asks anew', async () => {
  let give: () => void = nothing;
  answer = () => new Promise((resolve) => (give = () => resolve(new Map())));
  book.watch('a', nothing);
  await rest();
  book.watch('b', nothing);
  await minute();
  expect(asked).toEqual([['a']]);
  give();
  await rest();
  expect(asked).toEqual([['a'], ['b']]);
});

it('knows who has no history, and keeps what it knew when it cannot ask', async () => {
  answer = (names) =>
    Promise.resolve(new Map(names.flatMap((name) => (name === 'a' ? [[name, trend(7)]] : []))));
  for (const name of ['a', 'b']) book.watch(name, nothing);
  await rest();
  expect(book.of('b')?.valueOf()).toMatchObject({ points: [] });
  answer = () => Promise.reject(new Error('gone'));
  book.watch('c', nothing);
  await rest();
  await minute();
  expect([book.of('a'), book.of('c')]).toEqual([trend(7), 'failed']);
  answer = (names) => Promise.resolve(new Map(names.map((name) => [name, trend(8)])));
  await minute();
  expect(book.of('c')).toEqual(trend(8));
});

it('asks with as many questions as addresses hold', () => {
  const many = Array.from({ length: 401 }, (_, index) => `g${String(index)}`);
  expect(inQuestions(many).map(({ length }) => length)).toEqual([200, 200, 1]);
  const long = Array.from({ length: 5 }, (_, index) => `${String(index)}${'组'.repeat(249)}`);
  const questions = inQuestions(long);
  expect(questions.flat()).toEqual(long);
  for (const names of questions) expect(encodeURIComponent(JSON.stringify(names)).length).toBeLessThan(8_000);
  expect(questions.map(({ length }) => length)).toEqual([3, 2]);
});

it('remembers who left, but not without end', async () => {
  for (let page = 0; page < 30; page++) {
    const leave = Array.from({ length: 100 }, (_, index) =>
      book.watch(`g${String(page * 100 + index)}`, nothing),
    );
    await rest();
    for (const each of leave) each();
  }
  expect([book.of('g0'), book.of('g999')]).toEqual([undefined, undefined]);
  expect(book.of('g1000')).toBeDefined();
});
