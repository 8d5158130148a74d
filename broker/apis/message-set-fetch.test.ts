/** Readers of message sets come past what becomes nothing in them: markers of transactions. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import type { FetchPartitionResult } from '../replication/replica-requests.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { readMessages } from '../../protocol/records/legacy-test-kit.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { TestBroker, topicOf } from '../replication/replica-test-kit.ts';
import { fetchMessageSets } from './message-set-fetch.ts';

type Platform = ReturnType<typeof createMemoryPlatform>;

let platform: Platform;
let broker: TestBroker;
let closing: AbortController;

beforeEach(async () => {
  platform = createMemoryPlatform();
  closing = new AbortController();
  broker = await TestBroker.start({ platform, topics: [topicOf('t', 2)] });
});

const where = { topic: 't', acks: 1, timeoutMs: 1 };

async function write(text: string, partition = 0, compression: 'none' | 'zstd' = 'none'): Promise<void> {
  const records = [{ key: null, value: Buffer.from(text) }];
  const batch = encodeRecordBatch({ records, timestampMs: 1_767_225_600_000, compression });
  await broker.manager.append({ ...where, partition, records: batch, origin: 'coordinator' });
}

/** Markers without records before them, as they stand in every partition of a transaction at its end. */
async function writeMarkers(count: number, partition = 0): Promise<void> {
  for (let marker = 0; marker < count; marker++)
    await broker.manager.endTransaction({
      ...{ ...where, partition, committed: true, producerId: 77, producerEpoch: 0, coordinatorEpoch: 0 },
    });
}

interface Asked {
  readonly maxWaitMs?: number;
  readonly maxBytes?: number;
  readonly partitions?: readonly number[];
}

async function read({ maxWaitMs = 0, maxBytes = 1_000_000, partitions = [0] }: Asked = {}) {
  const { results } = await fetchMessageSets(
    {
      ...{ replicaId: -1, replicaEpoch: -1, maxWaitMs, minBytes: 1, maxBytes: 10_000_000, minOneBatch: true },
      ...{ isolationLevel: 'readUncommitted', nearby: null, mayRead: null, closed: closing.signal },
      partitions: partitions.map((partition) => ({
        ...{ topic: 't', topicId: '', partition, fetchOffset: 0, maxBytes },
        ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
      })),
      session: { id: 0, epoch: -1, forgotten: [], usesTopicIds: false },
    },
    1,
    { replicaManager: broker.manager, platform, metrics: new BrokerMetrics(platform.clock) },
  );
  return results;
}

const valuesOf = ({ records }: FetchPartitionResult): string[] =>
  readMessages(records).map(({ value }) => String(value));
const values = (results: readonly FetchPartitionResult[]): string[][] => results.map(valuesOf);

describe('a reader of message sets', () => {
  it('gets what lies behind markers, however few bytes it takes at once', async () => {
    await writeMarkers(20);
    await write('behind');
    for (const maxBytes of [1, 100, 1_000_000])
      expect(values(await read({ maxBytes }))).toEqual([['behind']]);
    expect((await read({ maxBytes: 1 }))[0]).toMatchObject({ partition: 0, errorCode: 0, highWatermark: 21 });
  });

  it('waits behind markers at the end of the log, and no longer than it asked for', async () => {
    await writeMarkers(3);
    let answered: string[][] | undefined;
    void read({ maxWaitMs: 500 }).then((results) => (answered = values(results)));
    await platform.advance(499);
    expect(answered).toBeUndefined();
    await platform.advance(1);
    expect(answered).toEqual([[]]);
  });

  it('is woken behind them when a record comes', async () => {
    await writeMarkers(3);
    const reading = read({ maxWaitMs: 60_000 });
    await platform.advance(10);
    await write('new');
    await writeMarkers(1);
    expect(values(await reading)).toEqual([['new']]);
  });

  it('is woken by a partition that had nothing at all', async () => {
    await writeMarkers(3);
    const reading = read({ maxWaitMs: 60_000, partitions: [0, 1] });
    await platform.advance(10);
    await write('new', 1);
    await platform.advance(60_000);
    expect(values(await reading)).toEqual([[], ['new']]);
  });

  it('gets the records of each partition, waiting for none when another has some', async () => {
    await write('other', 1);
    await writeMarkers(3);
    const both = { maxWaitMs: 60_000, partitions: [0, 1], maxBytes: 100 };
    expect(values(await read(both))).toEqual([[], ['other']]);
    await write('behind');
    expect(values(await read(both))).toEqual([['behind'], ['other']]);
  });

  it('is told what it cannot have behind them', async () => {
    await writeMarkers(2);
    await write('small', 0, 'zstd');
    const [result] = await read();
    expect(result?.errorCode).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
    expect(result?.records).toHaveLength(0);
  });

  it('is not looked for when it has gone', async () => {
    await writeMarkers(1);
    const reading = read({ maxWaitMs: 60_000 });
    await platform.advance(10);
    closing.abort();
    expect(await reading).toEqual([]);
  });

  it('has one request go on so often and no more', async () => {
    await writeMarkers(1_001);
    await write('far');
    expect(values(await read({ maxBytes: 1, maxWaitMs: 60_000 }))).toEqual([[]]);
  });
});
