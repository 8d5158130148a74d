/**
 * Records of every kind for a broker's log: all codecs, with and without sequence numbers, keys, headers, nulls, a topic that
 * is compacted. And what a consumer reads of them, in a form that can be compared.
 */
import { createHash } from 'node:crypto';
import { CompressionTypes, type IHeaders, type Kafka, type KafkaMessage } from 'kafkajs';
import { registerKafkajsCodecs } from '../broker/integration/kafkajs-codecs.ts';

export const MIXED_TOPIC = 'compat.mixed';
export const COMPACTED_TOPIC = 'compat.compacted';
export const MIXED_PARTITIONS = 2;
const SEGMENT_BYTES = 1_048_576;
const RECORDS_PER_SEND = 100;
const KEYS = 150;
const READ_LIMIT_MS = 60_000;

const CODECS = [
  CompressionTypes.None,
  CompressionTypes.GZIP,
  CompressionTypes.Snappy,
  CompressionTypes.LZ4,
  CompressionTypes.ZSTD,
];

export async function createTopics(kafka: Kafka): Promise<void> {
  const entries = (config: Readonly<Record<string, string>>): { name: string; value: string }[] =>
    Object.entries(config).map(([name, value]) => ({ name, value }));
  const compaction = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01' };
  const small = { 'segment.bytes': String(SEGMENT_BYTES), 'index.interval.bytes': '2048' };
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: MIXED_TOPIC, numPartitions: MIXED_PARTITIONS, configEntries: entries(small) },
      {
        topic: COMPACTED_TOPIC,
        numPartitions: 1,
        configEntries: entries({ ...small, ...compaction }),
      },
    ],
  });
  await admin.disconnect();
}

/** Text that compresses, as text does, but not to nothing. */
function valueOf(seed: number, length: number): Buffer {
  const words: string[] = [];
  for (let size = 0, number = seed; size < length; number = (number * 48_271 + 11) % 2_147_483_647) {
    const word = (number % 5_000).toString(36);
    words.push(word);
    size += word.length + 1;
  }
  return Buffer.from(words.join(' ').slice(0, length));
}

function recordOf(number: number) {
  return {
    key: number % 4 === 0 ? null : `key ${String(number % 97)}`,
    value: number % 29 === 0 ? null : valueOf(number + 1, 200 + ((number * 31) % 1_800)),
    timestamp: String(1_700_000_000_000 + number * 7),
    ...(number % 3 === 0 ? { headers: { trace: `t${String(number)}`, ünicode: 'ö' } } : {}),
  };
}

/** Sends `sends` requests of records to each partition with each codec, every second codec from an idempotent producer. */
export async function produceMixed(kafka: Kafka, from: number, sends: number): Promise<void> {
  registerKafkajsCodecs();
  for (const [index, compression] of CODECS.entries()) {
    const producer = kafka.producer({ idempotent: index % 2 === 1, maxInFlightRequests: 1 });
    await producer.connect();
    for (let send = 0; send < sends; send += 1) {
      const first = from + (index * sends + send) * RECORDS_PER_SEND;
      for (let partition = 0; partition < MIXED_PARTITIONS; partition += 1) {
        const messages = Array.from({ length: RECORDS_PER_SEND }, (_, number) => ({
          ...recordOf(first + number),
          partition,
        }));
        await producer.send({ topic: MIXED_TOPIC, compression, messages });
      }
    }
    await producer.disconnect();
  }
}

/** The same keys again and again, some of them deleted; the last record of all has a key of its own. */
export async function produceCompacted(kafka: Kafka, sends: number): Promise<void> {
  registerKafkajsCodecs();
  const producer = kafka.producer();
  await producer.connect();
  for (let send = 0; send < sends; send += 1) {
    const messages = Array.from({ length: RECORDS_PER_SEND }, (_, index) => {
      const number = send * RECORDS_PER_SEND + index;
      return {
        key: `key ${String(number % KEYS)}`,
        value: number % 23 === 0 ? null : valueOf(number + 1, 1_000),
        timestamp: String(1_700_000_000_000 + number),
      };
    });
    const compression = CODECS[send % CODECS.length] ?? CompressionTypes.None;
    await producer.send({ topic: COMPACTED_TOPIC, compression, messages });
  }
  await producer.send({ topic: COMPACTED_TOPIC, messages: [{ key: 'last', value: 'last' }] });
  await producer.disconnect();
}

/** Every record from the first to the last as one line, by partition and offset. */
export async function readTopic(kafka: Kafka, topic: string): Promise<string[]> {
  registerKafkajsCodecs();
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const open = new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]),
  );
  const lines: { readonly partition: number; readonly offset: bigint; readonly line: string }[] = [];
  const consumer = kafka.consumer({ groupId: `reader-${String(Date.now())}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`${topic}: ${String(lines.length)} records, not up to ${String([...open])}`)),
      READ_LIMIT_MS,
    );
    const eachMessage = ({ partition, message }: { partition: number; message: KafkaMessage }) => {
      const offset = BigInt(message.offset);
      lines.push({ partition, offset, line: lineOf(partition, message) });
      if (offset + 1n >= (open.get(partition) ?? 0n)) open.delete(partition);
      if (open.size === 0) {
        clearTimeout(limit);
        resolve();
      }
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  }).finally(() => consumer.disconnect());
  lines.sort((left, right) => left.partition - right.partition || Number(left.offset - right.offset));
  return lines.map(({ line }) => line);
}

function lineOf(partition: number, { offset, timestamp, key, value, headers }: KafkaMessage): string {
  const digest = value === null ? 'null' : createHash('sha1').update(value).digest('hex');
  const name = key === null ? 'null' : key.toString();
  return [partition, offset, timestamp, name, digest, headersText(headers ?? {})].join('|');
}

function headersText(headers: IHeaders): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
}
