/**
 * What the broker counts, under the names that Kafka gives its own figures.
 *
 * Marking is O(1) and allocates only for the first traffic of a topic. Meters of a topic go when the topic goes
 * (`removeTopic`). Only topics that exist are ever marked by name, so a client cannot make names up.
 */
import type { CostlyElection } from '../controller/costly-elections.ts';
import type { Clock } from '../platform/platform.ts';
import { type Attributes, type BeanSource, BeanRegistry, meterAttributes } from './bean-registry.ts';
import { Meter } from './meter.ts';
import { Timer } from './timer.ts';
import { RequestMetrics } from './request-metrics.ts';

/** Name of the meter and what one event of it is. */
const TOPIC_METERS = {
  MessagesInPerSec: 'messages',
  BytesInPerSec: 'bytes',
  BytesOutPerSec: 'bytes',
  BytesRejectedPerSec: 'bytes',
  TotalProduceRequestsPerSec: 'requests',
  TotalFetchRequestsPerSec: 'requests',
  FailedProduceRequestsPerSec: 'requests',
  FailedFetchRequestsPerSec: 'requests',
  ProduceMessageConversionsPerSec: 'requests',
  FetchMessageConversionsPerSec: 'requests',
} as const;

/** Of the whole broker: the bean's type and what one event is. */
const REPLICATION_METERS = {
  ReplicationBytesInPerSec: ['BrokerTopicMetrics', 'bytes'],
  ReplicationBytesOutPerSec: ['BrokerTopicMetrics', 'bytes'],
  IsrShrinksPerSec: ['ReplicaManager', 'shrinks'],
  IsrExpandsPerSec: ['ReplicaManager', 'expands'],
  FailedIsrUpdatesPerSec: ['ReplicaManager', 'failedUpdates'],
  IncrementalFetchSessionEvictionsPerSec: ['FetchSessionCache', 'evictions'],
} as const;
type ReplicationMeterName = keyof typeof REPLICATION_METERS;

type TopicMeterName = keyof typeof TOPIC_METERS;
type TopicMeters = Readonly<Record<TopicMeterName, Meter>>;

export class BrokerMetrics {
  readonly beans = new BeanRegistry();
  readonly requests: RequestMetrics;
  readonly #clock: Clock;
  readonly #allTopics: TopicMeters;
  readonly #topics = new Map<string, TopicMeters>();
  readonly #expiredProduces: Meter;
  readonly #elections: Readonly<Record<CostlyElection, Meter>>;
  readonly #flushes: Timer;
  readonly #replication: Readonly<Record<ReplicationMeterName, Meter>>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#allTopics = this.#newTopicMeters('');
    const meters = {} as Record<ReplicationMeterName, Meter>;
    for (const [name, [type, eventType]] of Object.entries(REPLICATION_METERS) as [
      ReplicationMeterName,
      (typeof REPLICATION_METERS)[ReplicationMeterName],
    ][]) {
      meters[name] = this.meter(`kafka.server:type=${type},name=${name}`, eventType);
    }
    this.#replication = meters;
    this.#expiredProduces = this.meter(
      'kafka.server:type=DelayedProduceMetrics,name=ExpiresPerSec',
      'requests',
    );
    const stats = 'kafka.controller:type=ControllerStats';
    this.#elections = {
      unclean: this.meter(`${stats},name=UncleanLeaderElectionsPerSec`, 'elections'),
      'from the ELR': this.meter(`${stats},name=ElectionFromEligibleLeaderReplicasPerSec`, 'elections'),
    };
    this.#flushes = this.timer('kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs');
    this.requests = new RequestMetrics(this.beans, clock);
  }

  /** Bytes of records that came from leaders. */
  replicatedIn(bytes: number): void {
    this.#replication.ReplicationBytesInPerSec.mark(bytes);
  }

  /** Bytes of records that went to followers. */
  replicatedOut(bytes: number): void {
    this.#replication.ReplicationBytesOutPerSec.mark(bytes);
  }

  fetchSessionEvicted(): void {
    this.#replication.IncrementalFetchSessionEvictionsPerSec.mark();
  }

  /** An append with acks=-1 that its in-sync replicas did not have in time. */
  produceExpired(): void {
    this.#expiredProduces.mark();
  }

  /** By the controller, outside the in-sync replicas. */
  elected(kind: CostlyElection): void {
    this.#elections[kind].mark();
  }

  /** A log was forced to its device. */
  flushed(tookMs: number): void {
    this.#flushes.update(tookMs);
  }

  isrShrunk(): void {
    this.#replication.IsrShrinksPerSec.mark();
  }

  isrExpanded(): void {
    this.#replication.IsrExpandsPerSec.mark();
  }

  isrUpdateFailed(): void {
    this.#replication.FailedIsrUpdatesPerSec.mark();
  }

  /** Records appended by a client, of one partition of `topic`. */
  recordIn(topic: string, messages: number, bytes: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#mark(topic, 'MessagesInPerSec', messages, nowMs);
    this.#mark(topic, 'BytesInPerSec', bytes, nowMs);
    this.#mark(topic, 'TotalProduceRequestsPerSec', 1, nowMs);
  }

  /** Bytes of records given to a client, of one partition of `topic`. */
  recordOut(topic: string, bytes: number): void {
    this.#mark(topic, 'BytesOutPerSec', bytes);
  }

  /** Partitions of `topic` that one fetch was answered about without an error, whether there were records or not. */
  fetched(topic: string, partitions: number): void {
    this.#markMaybe(topic, 'TotalFetchRequestsPerSec', partitions);
  }

  /** Records that a client sent in another format or compression than the topic keeps. */
  produceConverted(topic: string, records: number): void {
    this.#mark(topic, 'ProduceMessageConversionsPerSec', records);
  }

  /** Records that a client of an old version was given in a format of its time. */
  fetchConverted(topic: string, records: number): void {
    this.#mark(topic, 'FetchMessageConversionsPerSec', records);
  }

  /** A partition of a produce request was refused; `topic` null when there is no such topic. */
  failedProduce(topic: string | null, rejectedBytes = 0): void {
    this.#markMaybe(topic, 'FailedProduceRequestsPerSec', 1);
    this.#markMaybe(topic, 'TotalProduceRequestsPerSec', 1);
    if (rejectedBytes > 0) this.#markMaybe(topic, 'BytesRejectedPerSec', rejectedBytes);
  }

  failedFetch(topic: string | null): void {
    this.#markMaybe(topic, 'FailedFetchRequestsPerSec', 1);
    this.#markMaybe(topic, 'TotalFetchRequestsPerSec', 1);
  }

  removeTopic(topic: string): void {
    if (!this.#topics.delete(topic)) return;
    for (const name of Object.keys(TOPIC_METERS)) this.beans.unregister(topicBean(name, topic));
  }

  /** A bean with the single attribute Value, read when somebody looks. */
  gauge(mbeanName: string, value: () => number | string): void {
    this.beans.gauge(mbeanName, value);
  }

  /** A bean with several attributes, as Kafka's newer metrics have them. */
  bean(mbeanName: string, read: () => Attributes): void {
    this.beans.register(mbeanName, read);
  }

  /** A meter of one's own, registered under its name. */
  meter(mbeanName: string, eventType: string): Meter {
    const meter = new Meter(this.#clock);
    this.beans.register(mbeanName, () => meterAttributes(meter, eventType));
    return meter;
  }

  /** How often something was done, and how long it took. */
  timer(mbeanName: string): Timer {
    const timer = new Timer(this.#clock);
    this.beans.register(mbeanName, () => timer.attributes());
    return timer;
  }

  /** Beans that are listed only when somebody looks: one per partition, for example. */
  source(source: BeanSource): void {
    this.beans.addSource(source);
  }

  #mark(topic: string, name: TopicMeterName, events: number, nowMs = this.#clock.monotonicMs()): void {
    let meters = this.#topics.get(topic);
    if (!meters) {
      meters = this.#newTopicMeters(topic);
      this.#topics.set(topic, meters);
    }
    meters[name].mark(events, nowMs);
    this.#allTopics[name].mark(events, nowMs);
  }

  /** Marks the total always, and the topic only when it is known to exist by traffic of its own. */
  #markMaybe(topic: string | null, name: TopicMeterName, events: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (topic !== null) this.#topics.get(topic)?.[name].mark(events, nowMs);
    this.#allTopics[name].mark(events, nowMs);
  }

  #newTopicMeters(topic: string): TopicMeters {
    const meters = {} as Record<TopicMeterName, Meter>;
    for (const [name, eventType] of Object.entries(TOPIC_METERS) as [TopicMeterName, string][]) {
      meters[name] = this.meter(topicBean(name, topic), eventType);
    }
    return meters;
  }
}

function topicBean(name: string, topic: string): string {
  const suffix = topic === '' ? '' : `,topic=${topic}`;
  return `kafka.server:type=BrokerTopicMetrics,name=${name}${suffix}`;
}
