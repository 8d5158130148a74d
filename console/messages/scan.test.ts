/** Looking for records in real batches: order, bounds, what is passed over, and partitions that get nothing in one answer. */
import { describe, expect, it } from 'vitest';
import type { FetchedPartition, WantedRecords } from '../../kafka-client/records/fetch-records.ts';
import { encodeTransactionMarker } from '../../protocol/records/control-records.ts';
import { encodeRecordBatch, type BatchInput } from '../../protocol/records/encode-batch.ts';
import { encodeMessage } from '../../protocol/records/legacy-message.ts';
import { CompressionCode, setBaseOffset, type CompressionName } from '../../protocol/records/record-batch.ts';
import { matcherOf } from './filter-match.ts';
import { parseFilter } from './filter-parser.ts';
import { scanRecords, type Scan, type ScanBounds } from './scan.ts';
import type { ScanAim } from './scan-plan.ts';

interface Log {
  readonly batches: Buffer[];
  readonly firstOffsets: number[];
  end: number;
}

const emptyLog = (): Log => ({ batches: [], firstOffsets: [], end: 0 });

function append(log: Log, values: readonly string[], changes: Partial<BatchInput> = {}): void {
  const records = values.map((value, index) => ({
    key: null,
    value: Buffer.from(value),
    timestampMs: (changes.timestampMs ?? 1_000) + index,
  }));
  put(
    log,
    encodeRecordBatch({ records, timestampMs: 1_000, baseOffset: log.end, ...changes }),
    values.length,
  );
}

function put(log: Log, batch: Buffer, count: number): void {
  log.batches.push(batch);
  log.firstOffsets.push(log.end);
  log.end += count;
}

interface Broker {
  readonly logs: readonly Log[];
  readonly requests: number[][];
  readonly aborted?: FetchedPartition['aborted'];
  /** As a broker with little room: only the first partition of a request gets something. */
  readonly isNarrow?: boolean;
  readonly errors?: ReadonlyMap<number, string>;
}

function fetchFrom({ logs, requests, aborted = [], isNarrow = false, errors = new Map() }: Broker) {
  return (_leader: number, wanted: readonly WantedRecords[]): Promise<FetchedPartition[]> => {
    requests.push(wanted.map(({ partition }) => partition));
    return Promise.resolve(
      wanted.map(({ partition, offset, maxBytes }, index) => {
        const log = logs[partition] ?? emptyLog();
        const first = log.firstOffsets.findLastIndex((each) => each <= offset);
        const all = Buffer.concat(log.batches.slice(Math.max(0, first)));
        const isHere = offset < log.end && !(isNarrow && index > 0);
        return {
          partition,
          error: errors.get(partition) ?? null,
          ...{ highWatermark: log.end, lastStableOffset: log.end, logStartOffset: 0, aborted },
          records: isHere ? all.subarray(0, Math.max(maxBytes, log.batches[first]?.length ?? 0)) : null,
        };
      }),
    );
  };
}

const bounds: ScanBounds = {
  maxBytes: 1e9,
  deadlineMs: 1,
  nowMs: () => 0,
  signal: new AbortController().signal,
};

function scan(
  broker: Broker,
  aim: Partial<ScanAim> = {},
  filter = '',
  changes: Partial<ScanBounds> = {},
): Promise<Scan> {
  const parsed = parseFilter(filter);
  const ranges = broker.logs.map(({ end }, partition) => ({ partition, leader: 1, from: 0, to: end }));
  const whole: ScanAim = { order: 'oldest-first', limit: 100, isFiltered: parsed !== null, ...aim };
  return scanRecords(ranges, whole, matcherOf(parsed), fetchFrom(broker), { ...bounds, ...changes });
}

const valuesOf = ({ found }: Scan) => found.map(({ record }) => record.value?.toString());
const numbered = (count: number, name = 'v') =>
  Array.from({ length: count }, (_, index) => `${name}${String(index)}`);

describe('a scan', () => {
  it('gives the oldest or the newest of all partitions by time, and where it looked', async () => {
    const logs = [emptyLog(), emptyLog()];
    for (let at = 0; at < 10; at++) {
      append(logs[at % 2] as Log, [`r${String(at)}`], { timestampMs: 1_000 + at });
    }
    const oldest = await scan({ logs, requests: [] }, { limit: 3 });
    expect(valuesOf(oldest)).toEqual(['r0', 'r1', 'r2']);
    expect([...oldest.resumeAt]).toEqual([
      [0, 2],
      [1, 1],
    ]);
    const newest = await scan({ logs, requests: [] }, { limit: 3, order: 'newest-first' });
    expect([...newest.resumeAt]).toEqual([
      [0, 4],
      [1, 3],
    ]);
    expect(valuesOf(newest)).toEqual(['r9', 'r8', 'r7']);
    expect(newest).toMatchObject({
      stoppedBy: 'limit',
      scanned: [
        { partition: 0, from: 2, to: 5 },
        { partition: 1, from: 2, to: 5 },
      ],
    });
    const all = await scan({ logs, requests: [] });
    expect(all).toMatchObject({ stoppedBy: 'end', records: 10 });
  });

  it('keeps the order of offsets within a partition, whatever its times are', async () => {
    const log = emptyLog();
    for (const [index, timestampMs] of [5_000, 1_000, 3_000].entries()) {
      append(log, [`r${String(index)}`], { timestampMs });
    }
    expect(valuesOf(await scan({ logs: [log], requests: [] }))).toEqual(['r0', 'r1', 'r2']);
    expect(valuesOf(await scan({ logs: [log], requests: [] }, { order: 'newest-first' }))).toEqual([
      'r2',
      'r1',
      'r0',
    ]);
  });

  it.each(Object.keys(CompressionCode) as CompressionName[])(
    'reads batches packed by %s',
    async (compression) => {
      const log = emptyLog();
      append(log, numbered(50), { compression });
      expect(valuesOf(await scan({ logs: [log], requests: [] }))).toEqual(numbered(50));
    },
  );

  it('reads message sets of old brokers', async () => {
    const log = emptyLog();
    for (const magic of [0, 1] as const) {
      const message = {
        offset: log.end,
        timestampMs: 7,
        key: Buffer.from('k'),
        value: Buffer.from(`m${String(magic)}`),
      };
      put(log, encodeMessage(magic, message), 1);
    }
    const { found } = await scan({ logs: [log], requests: [] });
    expect(found.map(({ record }) => [record.value?.toString(), record.timestampMs])).toEqual([
      ['m0', null],
      ['m1', 7],
    ]);
  });

  it('finds what is rare among the newest by longer and longer windows', async () => {
    const log = emptyLog();
    for (let at = 0; at < 200; at++) append(log, [at === 20 ? 'needle' : 'hay']);
    const requests: number[][] = [];
    const rare = await scan({ logs: [log], requests }, { order: 'newest-first', limit: 1 }, 'needle');
    expect(valuesOf(rare)).toEqual(['needle']);
    expect(requests.length).toBeLessThan(8);
    expect(rare.scanned[0]?.from).toBeLessThanOrEqual(20);
  });

  it('passes over markers and aborted records, and counts them', async () => {
    const log = emptyLog();
    append(log, ['kept']);
    append(log, ['taken back', 'this too'], {
      producerId: 9,
      producerEpoch: 0,
      baseSequence: 0,
      isTransactional: true,
    });
    const marker = encodeTransactionMarker({
      ...{ committed: false, producerId: 9, producerEpoch: 0, coordinatorEpoch: 0, timestampMs: 1 },
    });
    setBaseOffset(marker, 0, log.end);
    put(log, marker, 1);
    append(log, ['committed'], { producerId: 9, producerEpoch: 0, baseSequence: 2, isTransactional: true });
    const aborted = [{ producerId: 9, firstOffset: 1 }];
    const committed = await scan({ logs: [log], requests: [], aborted });
    expect(valuesOf(committed)).toEqual(['kept', 'committed']);
    expect(committed.skipped).toEqual({ control: 1, aborted: 1 });
    const all = await scan({ logs: [log], requests: [] });
    expect(valuesOf(all)).toEqual(['kept', 'taken back', 'this too', 'committed']);
  });

  it('says which batch cannot be read, and reads the next one', async () => {
    const log = emptyLog();
    append(log, ['before']);
    append(log, ['damaged']);
    const damaged = log.batches[1] as Buffer;
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    append(log, ['after']);
    const result = await scan({ logs: [log], requests: [] });
    expect(valuesOf(result)).toEqual(['before', 'after']);
    expect(result.unreadable).toEqual([
      { partition: 0, offset: 1, reason: 'the checksum of the batch does not match' },
    ]);
  });

  it('asks partitions alone that got nothing beside others', async () => {
    const logs = [emptyLog(), emptyLog(), emptyLog()];
    for (const log of logs) append(log, ['x']);
    const requests: number[][] = [];
    const result = await scan({ logs, requests, isNarrow: true });
    expect(result.found).toHaveLength(3);
    expect(requests).toEqual([[0, 1, 2], [1], [2]]);
    expect(result.unanswered).toEqual([]);
  });

  it('goes on without a partition that is refused, and names it', async () => {
    const logs = [emptyLog(), emptyLog()];
    for (const log of logs) append(log, ['x']);
    const errors = new Map([[0, 'TOPIC_AUTHORIZATION_FAILED']]);
    const result = await scan({ logs, requests: [], errors });
    expect(result.found).toHaveLength(1);
    expect(result).toMatchObject({
      stoppedBy: 'end',
      unanswered: [{ partition: 0, reason: 'TOPIC_AUTHORIZATION_FAILED' }],
    });
  });

  it('stops at its bounds, and at once when nobody waits any more', async () => {
    const log = emptyLog();
    for (let at = 0; at < 100; at++) append(log, ['x'.repeat(100_000)]);
    const broker = { logs: [log], requests: [] };
    expect(await scan(broker, {}, 'y', { maxBytes: 2_000_000 })).toMatchObject({
      stoppedBy: 'bytes',
      found: [],
    });
    let nowMs = 0;
    const late = await scan(broker, {}, 'y', { deadlineMs: 3, nowMs: () => nowMs++ });
    expect(late.stoppedBy).toBe('time');
    expect(late.scanned[0]?.to).toBeLessThan(100);
    const gone = AbortSignal.abort(new Error('left'));
    await expect(scan(broker, {}, 'y', { signal: gone })).rejects.toThrow('left');
  });
});
