/**
 * What the broker counts, under the names that Kafka gives its own figures.
 *
 * Marking is O(1) and allocates only for the first traffic of a topic. Meters of a topic go when the topic goes
 * (`removeTopic`). Only topics that exist are ever marked by name, so a client cannot make names up.
 */
import type { Clock } from '../platform/platform.ts';
import {
  type Attributes,
  type BeanSource,
  BeanRegistry,
  histogramAttributes,
  meterAttributes,
} from './bean-registry.ts';
import { Histogram } from './histogram.ts';
import { Meter } from './meter.ts';

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
} as const;
type ReplicationMeterName = keyof typeof REPLICATION_METERS;

const MEASURED_REQUESTS = ['Produce', 'FetchConsumer', 'FetchFollower'] as const;

type TopicMeterName = keyof typeof TOPIC_METERS;
type TopicMeters = Readonly<Record<TopicMeterName, Meter>>;

interface RequestMeters {
  readonly totalTimeMs: Histogram;
  readonly requestBytes: Histogram;
  /** By API version. */
  readonly perVersion: Map<number, Meter>;
}

export class BrokerMetrics {
  readonly beans = new BeanRegistry();
  readonly #clock: Clock;
  readonly #allTopics: TopicMeters;
  readonly #topics = new Map<string, TopicMeters>();
  readonly #requests = new Map<string, RequestMeters>();
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
    // There from the start, as Kafka's are: nothing has happened yet, but it is measured.
    for (const api of MEASURED_REQUESTS) this.#newRequestMeters(api);
  }

  /** Bytes of records that came from leaders. */
  replicatedIn(bytes: number): void {
    this.#replication.ReplicationBytesInPerSec.mark(bytes);
  }

  /** Bytes of records that went to followers. */
  replicatedOut(bytes: number): void {
    this.#replication.ReplicationBytesOutPerSec.mark(bytes);
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
    this.#mark(topic, 'MessagesInPerSec', messages);
    this.#mark(topic, 'BytesInPerSec', bytes);
    this.#mark(topic, 'TotalProduceRequestsPerSec', 1);
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

  /** One answered request. `api` is Kafka's name of it: Produce, FetchConsumer, Metadata ... */
  request(api: string, version: number, totalMs: number, requestBytes: number): void {
    const meters = this.#requests.get(api) ?? this.#newRequestMeters(api);
    meters.totalTimeMs.update(totalMs);
    meters.requestBytes.update(requestBytes);
    let meter = meters.perVersion.get(version);
    if (!meter) {
      const fresh = new Meter(this.#clock);
      meter = fresh;
      meters.perVersion.set(version, fresh);
      this.beans.register(`${requestBean('RequestsPerSec', api)},version=${String(version)}`, () =>
        meterAttributes(fresh, 'requests'),
      );
    }
    meter.mark();
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

  /** Beans that are listed only when somebody looks: one per partition, for example. */
  source(source: BeanSource): void {
    this.beans.addSource(source);
  }

  #mark(topic: string, name: TopicMeterName, events: number): void {
    let meters = this.#topics.get(topic);
    if (!meters) {
      meters = this.#newTopicMeters(topic);
      this.#topics.set(topic, meters);
    }
    meters[name].mark(events);
    this.#allTopics[name].mark(events);
  }

  /** Marks the total always, and the topic only when it is known to exist by traffic of its own. */
  #markMaybe(topic: string | null, name: TopicMeterName, events: number): void {
    if (topic !== null) this.#topics.get(topic)?.[name].mark(events);
    this.#allTopics[name].mark(events);
  }

  #newTopicMeters(topic: string): TopicMeters {
    const meters = {} as Record<TopicMeterName, Meter>;
    for (const [name, eventType] of Object.entries(TOPIC_METERS) as [TopicMeterName, string][]) {
      meters[name] = this.meter(topicBean(name, topic), eventType);
    }
    return meters;
  }

  #newRequestMeters(api: string): RequestMeters {
    const meters: RequestMeters = {
      totalTimeMs: new Histogram(),
      requestBytes: new Histogram(),
      perVersion: new Map(),
    };
    this.#requests.set(api, meters);
    this.beans.register(requestBean('TotalTimeMs', api), () => histogramAttributes(meters.totalTimeMs));
    this.beans.register(requestBean('RequestBytes', api), () => histogramAttributes(meters.requestBytes));
    return meters;
  }
}

function topicBean(name: string, topic: string): string {
  const suffix = topic === '' ? '' : `,topic=${topic}`;
  return `kafka.server:type=BrokerTopicMetrics,name=${name}${suffix}`;
}

function requestBean(name: string, api: string): string {
  return `kafka.network:type=RequestMetrics,name=${name},request=${api}`;
}
