/**
 * Who writes to a topic just now, and the open transactions on it, asked of its brokers at this moment: each leader for the
 * producers of what it leads, each broker for the transactions that it coordinates. What a broker does not serve, refuses or does
 * not answer is named with its reason, so that nobody takes silence for "nobody".
 */
import { describeProducers } from '../../kafka-client/admin/describe-producers.ts';
import { describeTransactions } from '../../kafka-client/admin/describe-transactions.ts';
import { listTransactions } from '../../kafka-client/admin/list-transactions.ts';
import { isClientError } from '../../kafka-client/client-error.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ApiKey } from '../../protocol/api-keys.ts';
import type {
  ActiveProducer,
  OpenTransaction,
  TopicProducers,
  Untold,
} from '../contracts/topic-producers.ts';
import type { ConsoleContext } from './context.ts';
import { requireTopic, withReading } from './topic-reading.ts';
import { requireCluster } from './watched-clusters.ts';

const producersMax = 2_000;
const transactionsMax = 1_000;
/** In which records that were written are not yet decided on. */
const openStates = ['Ongoing', 'PrepareCommit', 'PrepareAbort'] as const;

export async function topicProducers(
  context: ConsoleContext,
  clusterId: string,
  topic: string,
  signal: AbortSignal,
): Promise<TopicProducers> {
  const cluster = requireCluster(context, clusterId);
  return withReading(cluster, signal, async (kafka) => {
    const [producers, transactions] = await Promise.all([
      producersOf(kafka, topic),
      transactionsOn(kafka, topic),
    ]);
    const names = new Map(transactions.items.map((each) => [each.producerId, each.transactionalId]));
    const items = producers.items.map((each) =>
      each.transactionStartOffset === null
        ? each
        : { ...each, transactionalId: names.get(each.producerId) ?? null },
    );
    return { asOf: context.now().toISOString(), producers: { ...producers, items }, transactions };
  });
}

async function producersOf(kafka: KafkaCluster, topic: string): Promise<TopicProducers['producers']> {
  const { partitions } = await requireTopic(kafka, topic);
  const untold = new UntoldList('DescribeProducers', '2.8');
  const leaders = new Map<number, number[]>();
  for (const { partition, leader } of partitions) {
    if (leader === null) untold.addLeaderless(partition);
    else leaders.set(leader, [...(leaders.get(leader) ?? []), partition]);
  }
  const items: ActiveProducer[] = [];
  await Promise.all(
    Array.from(leaders, async ([leader, led]) => {
      try {
        if (!(await serves(kafka, leader, ApiKey.DescribeProducers))) return void untold.addUnserved(leader);
        for (const told of await describeProducers(kafka, leader, new Map([[topic, led]]))) {
          if (told.error !== null) untold.addRefused(leader, told.error);
          for (const { lastTimestampMs, ...producer } of told.producers) {
            const lastTimestamp = lastTimestampMs === null ? null : timeOf(lastTimestampMs);
            items.push({ partition: told.partition, ...producer, lastTimestamp, transactionalId: null });
          }
        }
      } catch (error) {
        untold.addFailed(leader, error);
      }
    }),
  );
  items.sort((a, b) => a.partition - b.partition || a.producerId - b.producerId);
  if (items.length > producersMax)
    untold.addCut(`only ${producersMax} of ${items.length} producers are shown`);
  return { items: items.slice(0, producersMax), unknown: untold.list };
}

async function transactionsOn(kafka: KafkaCluster, topic: string): Promise<TopicProducers['transactions']> {
  const untold = new UntoldList('ListTransactions', '3.0');
  const items: OpenTransaction[] = [];
  const { brokers } = await kafka.view();
  await Promise.all(
    Array.from(brokers.keys(), async (broker) => {
      try {
        if (!(await serves(kafka, broker, ApiKey.ListTransactions))) return void untold.addUnserved(broker);
        const listed = await listTransactions(kafka, broker, openStates);
        const ids = listed.map(({ transactionalId }) => transactionalId).slice(0, transactionsMax);
        if (ids.length < listed.length)
          untold.addCut(
            `only ${ids.length} of ${listed.length} open transactions of broker ${broker} were looked at`,
          );
        for (const told of await describeTransactions(kafka, broker, ids)) {
          if (told.error !== null) {
            // One that ended between the two questions is no news.
            if (told.error !== 'TRANSACTIONAL_ID_NOT_FOUND') untold.addRefused(broker, told.error);
            continue;
          }
          const here = told.topics.find((each) => each.topic === topic);
          if (here === undefined) continue;
          const { transactionalId, state, producerId, producerEpoch, timeoutMs, startedAtMs } = told;
          items.push({
            ...{ transactionalId, state, producerId, producerEpoch, timeoutMs, coordinator: broker },
            startedAt: startedAtMs === null ? null : timeOf(startedAtMs),
            partitions: [...here.partitions].sort((a, b) => a - b),
          });
        }
      } catch (error) {
        untold.addFailed(broker, error);
      }
    }),
  );
  items.sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''));
  return { items, unknown: untold.list };
}

/** A record may carry any number as its time. */
function timeOf(atMs: number): string | null {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9_999 ? null : date.toISOString();
}

async function serves(kafka: KafkaCluster, brokerId: number, key: number): Promise<boolean> {
  return (await kafka.versionsOf(brokerId)).has(key);
}

/** What was not told: brokers with the same reason stand together. */
class UntoldList {
  readonly #api: string;
  readonly #since: string;
  readonly #found = new Map<string, { code: Untold['code']; brokers: Set<number>; reason: string }>();
  readonly #leaderless: number[] = [];

  constructor(api: string, since: string) {
    this.#api = api;
    this.#since = since;
  }

  addUnserved(broker: number): void {
    const reason = `it does not serve ${this.#api}, which Apache Kafka has from ${this.#since} on`;
    this.#add('unsupported', broker, reason);
  }

  addRefused(broker: number, error: string): void {
    this.#add('refused', broker, `it refuses to tell: ${error}`);
  }

  addFailed(broker: number, error: unknown): void {
    if (isClientError(error) && error.code === 'BROKER_ERROR') return this.addRefused(broker, error.message);
    this.#add('no-answer', broker, error instanceof Error ? error.message : String(error));
  }

  addLeaderless(partition: number): void {
    this.#leaderless.push(partition);
  }

  addCut(reason: string): void {
    this.#add('too-many', null, reason);
  }

  #add(code: Untold['code'], broker: number | null, reason: string): void {
    const key = `${code} ${reason}`;
    const found = this.#found.get(key) ?? { code, brokers: new Set<number>(), reason };
    if (broker !== null) found.brokers.add(broker);
    this.#found.set(key, found);
  }

  get list(): Untold[] {
    const list: Untold[] = Array.from(this.#found.values(), ({ code, brokers, reason }) => ({
      code,
      brokers: [...brokers].sort((a, b) => a - b),
      reason,
    }));
    if (this.#leaderless.length > 0) {
      const which = this.#leaderless.slice(0, 10).join(', ');
      list.push({ code: 'no-leader', brokers: [], reason: `no broker leads partition ${which}` });
    }
    return list;
  }
}
