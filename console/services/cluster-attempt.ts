/**
 * One way into a cluster, through one bootstrap address, as far as it leads: name, TCP, TLS, ApiVersions, SASL, and the
 * brokers where they say they are. Every wait is bounded, every address judged by whoever hands in `resolve`.
 */
import { hostPort } from '../model/host-port.ts';
import { metadataApi } from '../../kafka-client/cluster.ts';
import type { Connection } from '../../kafka-client/connection.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import { authenticateWith } from '../../kafka-client/sasl/authenticate.ts';
import { openSocket } from '../../kafka-client/socket.ts';
import type { BrokerAddress } from '../../kafka-client/address.ts';
import type { ResolveHost } from '../../kafka-client/socket.ts';
import { tlsOptionsOf } from '../collector/cluster-connection.ts';
import type { ClusterTest, ClusterTestStep } from '../contracts/clusters.ts';
import type { ClusterAccess } from '../model/cluster-access.ts';
import { wordsFor } from './cluster-test-words.ts';

export type Step = ClusterTest['steps'][number];
export type Broker = ClusterTest['brokers'][number];

const stepTimeoutMs = 5_000;
/** Answers of a test are small; a hostile one is not read further. */
const frameBytesMax = 16 * 1024 * 1024;
const advertisedMax = 50;

/** A step that failed, with its words. */
class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly advice: string;

  constructor(detail: string, advice: string) {
    super(detail);
    this.advice = advice;
  }
}

export class ClusterAttempt {
  readonly address: BrokerAddress;
  readonly #access: ClusterAccess;
  readonly #resolve: ResolveHost;
  readonly steps = new Map<ClusterTestStep, Step>();
  kafkaClusterId: string | null = null;
  brokers: Broker[] = [];

  constructor(address: BrokerAddress, access: ClusterAccess, resolve: ResolveHost) {
    this.address = address;
    this.#access = access;
    this.#resolve = resolve;
  }

  /** How far it came. */
  get passed(): number {
    return [...this.steps.values()].filter(({ outcome }) => outcome !== 'failed').length;
  }

  get failure(): Step | null {
    return [...this.steps.values()].find(({ outcome }) => outcome === 'failed') ?? null;
  }

  async run(): Promise<void> {
    let connection: Connection | null = null;
    try {
      const target = await this.#take(
        'name',
        () => this.#find(this.address),
        (found) => (found === this.address.host ? 'is an address' : `is ${found}`),
      );
      await this.#take(
        'tcp',
        () => this.#knock(this.address, target, false),
        () => 'connected',
      );
      if (this.#access.tls === null) this.#skip('tls');
      else
        await this.#take(
          'tls',
          () => this.#knock(this.address, target, true),
          () => this.#trustText(),
        );
      connection = await this.#take(
        'apiVersions',
        () => this.#open(target),
        ({ versions }) => `serves ${versions.size} APIs`,
      );
      await this.#logIn(connection);
      await this.#visit(connection);
    } catch (error) {
      // The step has its words by now.
      if (!(error instanceof StepFailure)) throw error;
    } finally {
      connection?.close();
    }
  }

  #find({ host }: BrokerAddress): Promise<string> {
    return this.#resolve(host);
  }

  /** Connects and leaves. */
  async #knock(address: BrokerAddress, target: string, withTls: boolean): Promise<void> {
    const tls = withTls ? tlsOptionsOf(this.#access) : null;
    const resolve = (): Promise<string> => Promise.resolve(target);
    const socket = await openSocket(address, { tls, resolve, timeoutMs: stepTimeoutMs });
    socket.on('error', () => undefined);
    socket.destroy();
  }

  #open(target: string): Promise<Connection> {
    return openNegotiated({
      address: this.address,
      clientId: 'aquila-console',
      tls: tlsOptionsOf(this.#access),
      resolve: () => Promise.resolve(target),
      connectTimeoutMs: stepTimeoutMs,
      requestTimeoutMs: stepTimeoutMs,
      maxFrameBytes: frameBytesMax,
    });
  }

  async #logIn(connection: Connection): Promise<void> {
    const { sasl } = this.#access;
    if (sasl === null) this.#skip('sasl');
    else {
      await this.#take(
        'sasl',
        () => authenticateWith(sasl)(connection),
        () => `${sasl.mechanism} as ${sasl.username}`,
      );
    }
  }

  async #visit(connection: Connection): Promise<void> {
    await this.#take(
      'advertisedAddresses',
      async () => {
        const metadata = await connection.call(metadataApi, { topics: [], allowAutoTopicCreation: false });
        this.kafkaClusterId = metadata.clusterId;
        const named = metadata.brokers.slice(0, advertisedMax);
        this.brokers = await Promise.all(
          named.map(({ nodeId, host, port }) => this.#reach(nodeId, { host, port })),
        );
        requireReached(this.brokers);
      },
      () =>
        this.brokers.length === 1
          ? 'the broker is reachable where it says it is'
          : `all ${this.brokers.length} brokers are reachable where they say they are`,
    );
  }

  async #reach(id: number, address: BrokerAddress): Promise<Broker> {
    const shown = { id, address: hostPort(address) };
    let step: ClusterTestStep = 'name';
    try {
      const target = await this.#find(address);
      step = 'tcp';
      await this.#knock(address, target, false);
      step = 'tls';
      if (this.#access.tls !== null) await this.#knock(address, target, true);
      return { ...shown, reachable: true, detail: 'reachable' };
    } catch (error) {
      return { ...shown, reachable: false, detail: this.#words(step, error).detail };
    }
  }

  #trustText(): string {
    return this.#access.tls?.verify === true
      ? 'the certificate is trusted'
      : 'the certificate is not checked';
  }

  #words(step: ClusterTestStep, error: unknown): { detail: string; advice: string } {
    return wordsFor(step, error, { tls: this.#access.tls !== null, sasl: this.#access.sasl !== null });
  }

  #skip(step: ClusterTestStep): void {
    this.steps.set(step, { step, outcome: 'skipped', detail: 'not asked for', advice: null, durationMs: 0 });
  }

  /** Does one step and notes how it went. Throws StepFailure when it failed. */
  async #take<Value>(
    step: ClusterTestStep,
    work: () => Promise<Value>,
    detailOf: (value: Value) => string,
  ): Promise<Value> {
    const startedAt = performance.now();
    const durationMs = (): number => Math.round(performance.now() - startedAt);
    try {
      const value = await work();
      this.steps.set(step, {
        step,
        outcome: 'ok',
        detail: detailOf(value),
        advice: null,
        durationMs: durationMs(),
      });
      return value;
    } catch (error) {
      const failure = error instanceof StepFailure ? error : this.#failureOf(step, error);
      const { message: detail, advice } = failure;
      this.steps.set(step, { step, outcome: 'failed', detail, advice, durationMs: durationMs() });
      throw failure;
    }
  }

  #failureOf(step: ClusterTestStep, error: unknown): StepFailure {
    const { detail, advice } = this.#words(step, error);
    return new StepFailure(detail, advice);
  }
}

function requireReached(brokers: readonly Broker[]): void {
  if (brokers.length === 0) {
    const advice = 'Check that this is a listener of a broker, not of a controller.';
    throw new StepFailure('the cluster names no brokers', advice);
  }
  const lost = brokers.filter(({ reachable }) => !reachable);
  if (lost.length === 0) return;
  const named = lost.slice(0, 5).map(({ id, address, detail }) => `broker ${id} at ${address} (${detail})`);
  throw new StepFailure(
    `not reachable: ${named.join(', ')}${lost.length > named.length ? `, and ${lost.length - named.length} more` : ''}`,
    'Set advertised.listeners of these brokers to addresses that the console’s machine can reach.',
  );
}
