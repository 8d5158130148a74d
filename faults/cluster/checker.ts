/**
 * Holds a history against what a log promises, whatever faults there were: nothing acknowledged is lost, no record is there
 * twice, no offset has two values, nothing is there that nobody sent, each producer's order is kept, no offset is left out,
 * and ends and beginnings of logs never go back (the ideas of jepsen.tests.kafka and of Kafka's own system tests).
 */
import { idOf, valueOf, type History } from './history.ts';

export interface Verdict {
  /** Empty when all promises were kept; one sentence for each breach, the first of each kind and how many more. */
  readonly breaches: readonly string[];
  readonly acknowledgedRecords: number;
  readonly storedRecords: number;
  /** The longest time without any acknowledgement, between the first and the last, ms. */
  readonly longestSilenceMs: number;
}

/** All records of each partition, by offset, as read from the beginning to the end after everything healed. */
export type FinalLogs = ReadonlyMap<number, ReadonlyMap<number, string>>;

const SHOWN_OF_A_KIND = 3;

class Breaches {
  readonly #byKind = new Map<string, string[]>();

  add(kind: string, sentence: string): void {
    const known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, [sentence]);
    else known.push(sentence);
  }

  sentences(): string[] {
    return [...this.#byKind].flatMap(([kind, all]) => {
      const shown = all.slice(0, SHOWN_OF_A_KIND).map((sentence) => `${kind}: ${sentence}`);
      const more = all.length - shown.length;
      return more === 0 ? shown : [...shown, `${kind}: and ${String(more)} more`];
    });
  }
}

/**
 * With `ends` 'may be lost', as of a cluster all of which lost its power before it forced anything: of each log a beginning
 * must be left, and in that everything must be as it was.
 */
export function check(
  history: History,
  finalLogs: FinalLogs,
  ends: 'kept' | 'may be lost' = 'kept',
): Verdict {
  const breaches = new Breaches();
  for (const complaint of history.complaints) breaches.add('complaint', complaint);
  const values = checkOneValueAnOffset(history, finalLogs, breaches);
  checkNothingLost(history, finalLogs, ends, breaches);
  checkStored(finalLogs, breaches);
  checkNothingMadeUp(history, values, breaches);
  checkEnds(history, breaches);
  let storedRecords = 0;
  for (const log of finalLogs.values()) storedRecords += log.size;
  return {
    breaches: breaches.sentences(),
    acknowledgedRecords: history.acknowledged.length,
    storedRecords,
    longestSilenceMs: longestSilence(history),
  };
}

const place = (partition: number, offset: number): string =>
  `partition ${String(partition)} offset ${String(offset)}`;

/** Every reader at every time, every acknowledgement and the final logs must agree; gives all values by place. */
function checkOneValueAnOffset(
  history: History,
  finalLogs: FinalLogs,
  breaches: Breaches,
): Map<string, string> {
  const values = new Map<string, string>();
  const note = (partition: number, offset: number, value: string, who: string): void => {
    const where = place(partition, offset);
    const known = values.get(where);
    if (known === undefined) values.set(where, value);
    else if (known !== value) breaches.add('two values', `${where} is ${known}, and ${value} to ${who}`);
  };
  for (const record of history.acknowledged)
    note(record.partition, record.offset, valueOf(record), `its producer`);
  for (const { partition, offset, value, reader } of history.observed) note(partition, offset, value, reader);
  for (const [partition, log] of finalLogs) {
    for (const [offset, value] of log) note(partition, offset, value, 'the last reader');
  }
  return values;
}

function checkNothingLost(
  history: History,
  finalLogs: FinalLogs,
  ends: 'kept' | 'may be lost',
  breaches: Breaches,
): void {
  const endOf = new Map<number, number>();
  for (const [partition, log] of finalLogs) {
    let end = 0;
    for (const offset of log.keys()) end = Math.max(end, offset + 1);
    endOf.set(partition, end);
  }
  const mayBeLost = (partition: number, offset: number): boolean =>
    ends === 'may be lost' && offset >= (endOf.get(partition) ?? 0);
  for (const record of history.acknowledged) {
    const { partition, offset } = record;
    if (mayBeLost(partition, offset)) continue;
    if (finalLogs.get(partition)?.get(offset) === valueOf(record)) continue;
    breaches.add('lost', `${valueOf(record)} was acknowledged at ${place(partition, offset)}`);
  }
  for (const { partition, offset, value, reader } of history.observed) {
    if (mayBeLost(partition, offset)) continue;
    if (finalLogs.get(partition)?.get(offset) === value) continue;
    breaches.add('gone after it was read', `${value} at ${place(partition, offset)}, read by ${reader}`);
  }
}

function checkStored(finalLogs: FinalLogs, breaches: Breaches): void {
  for (const [partition, log] of finalLogs) {
    const offsetOf = new Map<string, number>();
    const lastNumber = new Map<string, number>();
    let expected: number | null = null;
    for (const [offset, value] of [...log].sort(([a], [b]) => a - b)) {
      const twice = offsetOf.get(value);
      if (twice !== undefined)
        breaches.add('duplicate', `${value} at ${place(partition, twice)} and at ${String(offset)}`);
      offsetOf.set(value, offset);
      if (expected !== null && offset !== expected) breaches.add('gap', `before ${place(partition, offset)}`);
      expected = offset + 1;
      const id = idOf(value);
      if (id === null) continue;
      const before = lastNumber.get(id.producer) ?? -1;
      if (id.number < before) breaches.add('order', `${value} after number ${String(before)}`);
      lastNumber.set(id.producer, Math.max(before, id.number));
    }
  }
}

function checkNothingMadeUp(history: History, values: ReadonlyMap<string, string>, breaches: Breaches): void {
  for (const [where, value] of values) {
    const id = idOf(value);
    if (id === null || !history.wasSent(id)) breaches.add('made up', `${value} at ${where} was never sent`);
    else if (history.refused.has(value)) breaches.add('made up', `${value} at ${where} had been refused`);
  }
}

/** Of two looks at a partition where one was answered before the other was asked, the later one may not show less. */
function checkEnds(history: History, breaches: Breaches): void {
  const byPartition = new Map<number, { start: number; end: number }>();
  const waiting = [...history.ends].sort((a, b) => a.answeredMs - b.answeredMs);
  let answered = 0;
  for (const seen of [...history.ends].sort((a, b) => a.askedMs - b.askedMs)) {
    for (let past = waiting[answered]; past !== undefined && past.answeredMs < seen.askedMs;) {
      const known = byPartition.get(past.partition) ?? { start: -1, end: -1 };
      known.start = Math.max(known.start, past.startOffset);
      known.end = Math.max(known.end, past.endOffset);
      byPartition.set(past.partition, known);
      past = waiting[++answered];
    }
    const known = byPartition.get(seen.partition);
    if (known === undefined) continue;
    const where = `partition ${String(seen.partition)}`;
    if (seen.endOffset < known.end)
      breaches.add('end went back', `${where}: ${String(known.end)}, then ${String(seen.endOffset)}`);
    if (seen.startOffset < known.start)
      breaches.add('start went back', `${where}: ${String(known.start)}, then ${String(seen.startOffset)}`);
  }
}

function longestSilence({ acknowledged }: History): number {
  const times = acknowledged.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let longest = 0;
  for (let index = 1; index < times.length; index++)
    longest = Math.max(longest, (times[index] ?? 0) - (times[index - 1] ?? 0));
  return longest;
}
