/**
 * The codec alone, on the paths that every record takes: a produce request decoded, its batch checked, a fetch answer
 * encoded, and the answers with the most rows. Median of several rounds, in microseconds a message.
 */
import { fetchResponse } from '../protocol/messages/01-fetch.ts';
import { metadataResponse } from '../protocol/messages/03-metadata.ts';
import { offsetFetchResponse } from '../protocol/messages/09-offset-fetch.ts';
import { produceRequest } from '../protocol/messages/00-produce.ts';
import type { CompressionName } from '../protocol/records/batch-format.ts';
import { inspectRecords } from '../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../protocol/records/encode-batch.ts';
import { crcIsValid, readBatchHeader } from '../protocol/records/record-batch.ts';
import { decodeMessage, encodeMessage } from '../protocol/schema/codec.ts';
import { encodeResponseFrame } from '../protocol/wire/framing.ts';
import { figure, median, quantile } from './figure.ts';
import { threadCpuMs } from './process-cpu.ts';

const roundsCount = 9;
const roundMs = 60;
const recordsInBatch = 1_000;
const recordBytes = 1_000;

/** Microseconds that one call takes. */
function measure(call: () => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < roundsCount; round++) {
    const started = performance.now();
    let calls = 0;
    for (; performance.now() - started < roundMs; calls++) call();
    rounds.push(((performance.now() - started) * 1_000) / calls);
  }
  return quantile(
    rounds.sort((left, right) => left - right),
    0.5,
  );
}

function show(what: string, microseconds: number, bytes: number): void {
  const megabytes = bytes / microseconds;
  figure(
    `codec, ${what}`,
    `${microseconds.toFixed(1)} µs (${Math.round(megabytes).toLocaleString('en')} MB/s)`,
  );
}

function batch(compression: CompressionName): Buffer {
  const records = Array.from({ length: recordsInBatch }, (_, index) => ({
    key: Buffer.from(`order-${index}`),
    value: Buffer.from(`{"id":${index},"text":"`.padEnd(recordBytes, `item ${index * 7919} `)),
  }));
  return encodeRecordBatch({ records, timestampMs: 0, compression });
}

function benchProduceAndFetch(): void {
  const records = batch('none');
  const request = encodeMessage(produceRequest, 9, {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }],
  });
  show(
    'decode Produce v9, one batch of 1 MB',
    measure(() => decodeMessage(produceRequest, 9, request)),
    request.length,
  );
  const header = readBatchHeader(records);
  show(
    'checksum of it',
    measure(() => crcIsValid(records, 0, records.length)),
    records.length,
  );
  show(
    'layout of its 1,000 records',
    measure(() => inspectRecords(records, header)),
    records.length,
  );
  const answer = {
    responses: [{ topic: 'orders', partitions: [{ partitionIndex: 0, records: [records, records] }] }],
  };
  const sent = 2 * records.length;
  show(
    'encode Fetch v12 with two of them',
    measure(() => encodeResponseFrame(fetchResponse, 12, 1, answer)),
    sent,
  );
}

function benchManyRows(): void {
  const metadata = encodeMessage(metadataResponse, 12, {
    topics: Array.from({ length: 1_000 }, (_, topic) => ({
      name: `topic-${topic}`,
      partitions: Array.from({ length: 3 }, (__, partitionIndex) => ({
        partitionIndex,
        leaderId: 1,
        replicaNodes: [1, 2, 3],
        isrNodes: [1, 2, 3],
      })),
    })),
  });
  const decoded = decodeMessage(metadataResponse, 12, metadata);
  show(
    'decode Metadata, 3,000 partitions',
    measure(() => decodeMessage(metadataResponse, 12, metadata)),
    metadata.length,
  );
  show(
    'encode it',
    measure(() => encodeResponseFrame(metadataResponse, 12, 1, decoded)),
    metadata.length,
  );
  const offsets = encodeMessage(offsetFetchResponse, 8, {
    groups: Array.from({ length: 200 }, (_, group) => ({
      groupId: `group-${group}`,
      topics: [
        {
          name: 'orders',
          partitions: Array.from({ length: 40 }, (__, partitionIndex) => ({ partitionIndex })),
        },
      ],
    })),
  });
  show(
    'decode OffsetFetch, 8,000 offsets',
    measure(() => decodeMessage(offsetFetchResponse, 8, offsets)),
    offsets.length,
  );
}

const manyPartitions = 10_000;
const turns = 30;

/**
 * How long the event loop stands still: the first and cold turn, the longest of all, and the median. The CPU time of
 * this thread stands beside the first, because on a busy machine a turn also waits for a core.
 */
async function turnsOf(what: string, turn: () => unknown): Promise<void> {
  const took: number[] = [];
  let firstCpuMs = Number.NaN;
  for (let index = 0; index < turns; index++) {
    await new Promise((resolve) => setImmediate(resolve));
    const cpuBefore = threadCpuMs();
    const started = performance.now();
    turn();
    took.push(performance.now() - started);
    if (index === 0) firstCpuMs = threadCpuMs() - cpuBefore;
  }
  const [first = Number.NaN] = took;
  figure(
    `codec, ${what}`,
    `${median(took).toFixed(1)} ms, the first ${first.toFixed(1)} ms (${firstCpuMs.toFixed(1)} of CPU), the longest ${Math.max(...took).toFixed(1)} ms`,
  );
}

/** What a client with many partitions asks for first: one turn of the event loop, which must not take 20 ms. */
async function benchLargestMetadata(): Promise<void> {
  const partitions = Array.from({ length: manyPartitions }, (_, partitionIndex) => ({
    partitionIndex,
    leaderId: 1,
    leaderEpoch: 3,
    replicaNodes: [1, 2, 3],
    isrNodes: [1, 2, 3],
  }));
  const value = { topics: [{ name: 'large', partitions }] };
  const encoded = encodeMessage(metadataResponse, 12, value);
  await turnsOf('encode Metadata v12, 10,000 partitions', () =>
    encodeResponseFrame(metadataResponse, 12, 1, value),
  );
  await turnsOf('decode it', () => decodeMessage(metadataResponse, 12, encoded));
}

export async function benchCodec(): Promise<void> {
  await benchLargestMetadata();
  benchProduceAndFetch();
  for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const records = batch(compression);
    const header = readBatchHeader(records);
    const plainBytes = inspectRecords(records, header);
    show(
      `decompress and walk 1 MB of ${compression}`,
      measure(() => inspectRecords(records, header)),
      plainBytes,
    );
  }
  benchManyRows();
}
