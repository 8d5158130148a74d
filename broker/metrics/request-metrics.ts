/**
 * How often each API was asked, how large requests were, what they ended with, and where their time went (Kafka's RequestMetrics).
 *
 * The phases of a request add up to its TotalTimeMs:
 * RequestQueueTimeMs, from when it was its turn until it was taken up; LocalTimeMs, while its handler had the thread; RemoteTimeMs, while it
 * waited for other brokers, for data or for members of a group; ResponseQueueTimeMs, while its answer waited for those before it;
 * ResponseSendTimeMs, until the system had taken all of it. ThrottleTimeMs is what its client was asked to wait afterwards, and no part of it.
 *
 * Beans of an API are there from its first request on. Names are those of the table of APIs and of errors, so there is no end of neither.
 */
import { errorOf } from '../../protocol/errors.ts';
import type { Clock } from '../platform/platform.ts';
import { type BeanRegistry, histogramAttributes, meterAttributes } from './bean-registry.ts';
import { Histogram } from './histogram.ts';
import { Meter } from './meter.ts';

const beanOf = (name: string, api: string): string =>
  `kafka.network:type=RequestMetrics,name=${name},request=${api}`;

export class RequestMeters {
  readonly #api: string;
  readonly #beans: BeanRegistry;
  readonly #clock: Clock;
  readonly #perVersion = new Map<number, Meter>();
  readonly #perError = new Map<number, Meter>();
  readonly #bytes = new Histogram();
  readonly #queued = new Histogram();
  readonly #local = new Histogram();
  readonly #remote = new Histogram();
  readonly #throttle = new Histogram();
  readonly #answerQueued = new Histogram();
  readonly #answerSent = new Histogram();
  readonly #total = new Histogram();

  constructor(api: string, beans: BeanRegistry, clock: Clock) {
    this.#api = api;
    this.#beans = beans;
    this.#clock = clock;
    const histograms: Readonly<Record<string, Histogram>> = {
      RequestBytes: this.#bytes,
      RequestQueueTimeMs: this.#queued,
      LocalTimeMs: this.#local,
      RemoteTimeMs: this.#remote,
      ThrottleTimeMs: this.#throttle,
      ResponseQueueTimeMs: this.#answerQueued,
      ResponseSendTimeMs: this.#answerSent,
      TotalTimeMs: this.#total,
    };
    for (const [name, histogram] of Object.entries(histograms))
      beans.register(beanOf(name, api), () => histogramAttributes(histogram));
  }

  /** One request has its answer. */
  answered(version: number, requestBytes: number, nowMs: number): void {
    this.#bytes.update(requestBytes);
    const meter = this.#perVersion.get(version) ?? this.#newMeter(this.#perVersion, version, versionTag);
    meter.mark(1, nowMs);
  }

  /** Its answer, or so many parts of it, has this error code; 0 counts too, as in Kafka. */
  ended(errorCode: number, count: number, nowMs: number): void {
    const meter = this.#perError.get(errorCode) ?? this.#newMeter(this.#perError, errorCode, errorTag);
    meter.mark(count, nowMs);
  }

  /** All of its answer was sent, or there was nothing to send. In milliseconds, by phases. */
  took(
    queuedMs: number,
    localMs: number,
    remoteMs: number,
    answerQueuedMs: number,
    answerSentMs: number,
    throttleMs: number,
  ): void {
    this.#queued.update(queuedMs);
    this.#local.update(localMs);
    this.#remote.update(remoteMs);
    this.#answerQueued.update(answerQueuedMs);
    this.#answerSent.update(answerSentMs);
    this.#throttle.update(throttleMs);
    this.#total.update(queuedMs + localMs + remoteMs + answerQueuedMs + answerSentMs);
  }

  #newMeter(
    meters: Map<number, Meter>,
    key: number,
    tagOf: (key: number) => readonly [name: string, tag: string],
  ): Meter {
    const meter = new Meter(this.#clock);
    meters.set(key, meter);
    const [name, tag] = tagOf(key);
    this.#beans.register(`${beanOf(name, this.#api)},${tag}`, () => meterAttributes(meter, 'requests'));
    return meter;
  }
}

const versionTag = (version: number) => ['RequestsPerSec', `version=${String(version)}`] as const;
const errorTag = (code: number) => ['ErrorsPerSec', `error=${errorOf(code).name}`] as const;

/** There from the start, as Kafka's are: nothing has happened yet, but it is measured. */
const FROM_THE_START = ['Produce', 'FetchConsumer', 'FetchFollower'] as const;

export class RequestMetrics {
  readonly #beans: BeanRegistry;
  readonly #clock: Clock;
  readonly #apis = new Map<string, RequestMeters>();

  constructor(beans: BeanRegistry, clock: Clock) {
    this.#beans = beans;
    this.#clock = clock;
    for (const api of FROM_THE_START) this.of(api);
  }

  /** `api` is Kafka's name of it: Produce, FetchConsumer, Metadata ... */
  of(api: string): RequestMeters {
    let meters = this.#apis.get(api);
    if (meters === undefined) {
      meters = new RequestMeters(api, this.#beans, this.#clock);
      this.#apis.set(api, meters);
    }
    return meters;
  }
}
