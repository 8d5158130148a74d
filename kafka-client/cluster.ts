/**
 * A cluster as its client sees it: bootstrap addresses, the brokers they lead to, and one connection per broker.
 *
 * Connections are opened when first needed and shared; a broken one is replaced at the next call. Callers say which
 * broker they mean (an id, the controller, any), admin/ says what to ask. A call that only reads is repeated
 * once on a fresh connection if the old one had died unnoticed; a call that changes something never is. Where any broker
 * can answer, one that fails or hangs is passed over.
 */
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import {
  metadataRequest,
  metadataResponse,
  type MetadataResponse,
} from '../protocol/messages/03-metadata.ts';
import type { Decoded, Encodable, MessageSchema } from '../protocol/schema/notation.ts';
import type { EncodedBody } from '../protocol/wire/framing.ts';
import { apiCall, type ApiCall, type BrokerVersions } from './api-call.ts';
import { ClientError } from './client-error.ts';
import { viewOf, type ClusterView } from './cluster-view.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { CallOptions, Connection } from './connection.ts';
import { firstAnswer } from './first-answer.ts';
import { openNegotiated, type Authenticate } from './negotiation.ts';
import { addressText, parseAddress, type BrokerAddress } from './address.ts';
import { type ResolveHost } from './socket.ts';
import { TrafficMeter } from './traffic-meter.ts';

export interface ClusterOptions {
  /** `host:port` of some brokers, tried in turn. */
  readonly bootstrap: readonly string[];
  readonly clientId: string;
  readonly tls?: TlsOptions | null;
  /** Gives, or refuses, the address of a host, also of those that brokers advertise. */
  readonly resolve?: ResolveHost | null;
  /** Runs on every new connection before it is used; SASL goes here. */
  readonly authenticate?: Authenticate | null;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** Asked before each call: null, or when it may be sent. */
  readonly pace?: () => Promise<void> | null;
}

/** A broker id, whoever is controller, or any broker that answers. */
export type Target = number | 'controller' | 'any';

export interface ClusterCallOptions extends CallOptions {
  /** Set when the request changes something: it is then sent at most once. */
  readonly once?: boolean;
}

/** Version 10 and later ask by topic id as well; nothing here needs more than 12. */
export const metadataApi = apiCall(metadataRequest, metadataResponse, { maxVersion: 12 });
const UNKNOWN_BROKER_ID = -1;
/** A broker that has not answered for so long is not waited for alone, where another one can tell the same. */
const NEXT_AFTER_MS = 1_000;
const DOUBT_MS = 30_000;

export class KafkaCluster {
  readonly traffic = new TrafficMeter();
  readonly #options: ClusterOptions;
  readonly #bootstrap: readonly BrokerAddress[];
  readonly #pool: ConnectionPool;
  /** Addresses that failed or hung lately, with the moment (performance.now) until which others are asked first. */
  readonly #doubted = new Map<string, number>();
  #view: ClusterView | null = null;
  #refreshing: Promise<MetadataResponse> | null = null;

  /** Throws TypeError for an address that is none. Connects at the first call. */
  constructor(options: ClusterOptions) {
    if (options.bootstrap.length === 0) throw new TypeError('a cluster needs at least one bootstrap address');
    this.#options = options;
    this.#bootstrap = options.bootstrap.map(parseAddress);
    this.#pool = new ConnectionPool((address) => this.#open(address));
  }

  /** The view of the last Metadata answer; asks for one if there is none yet. */
  async view(): Promise<ClusterView> {
    return this.#view ?? this.refresh();
  }

  /** Asks for the brokers anew. Calls at the same time share one request. */
  async refresh(): Promise<ClusterView> {
    this.#refreshing ??= this.metadata([]).finally(() => (this.#refreshing = null));
    return viewOf(await this.#refreshing);
  }

  /**
   * Brokers, controller and the topics named, or all for null; updates the view. Topics are not created by asking,
   * except by brokers older than Kafka 0.11, which cannot be told so.
   */
  async metadata(
    topicNames: readonly string[] | null,
    options: ClusterCallOptions = {},
  ): Promise<MetadataResponse> {
    const body = (version: number) => ({
      topics: topicsArgument(topicNames, version),
      allowAutoTopicCreation: false,
    });
    const response = await this.call('any', metadataApi, body, options);
    if (response.brokers.length > 0) {
      this.#view = viewOf(response);
      this.#pool.keepOnly(new Set([...this.#view.brokers.values()].map(addressText)));
    }
    return response;
  }

  async call<Req extends MessageSchema, Res extends MessageSchema>(
    target: Target,
    api: ApiCall<Req, Res>,
    body: Encodable<Req> | ((version: number) => Encodable<Req> | EncodedBody),
    options: ClusterCallOptions = {},
  ): Promise<Decoded<Res>> {
    await this.#options.pace?.();
    if (target === 'any' && options.once !== true)
      return this.#askAny((connection) => connection.call(api, body, options));
    const connection = await this.#connectionTo(target);
    try {
      return await connection.call(api, body, options);
    } catch (error) {
      if (!wasStale(error) || options.once === true || this.#pool.isClosed) throw error;
    }
    return (await this.#connectionTo(target)).call(api, body, options);
  }

  /** Sends what has no answer; resolves when it is on its way. */
  async tell<Req extends MessageSchema, Res extends MessageSchema>(
    target: Target,
    api: ApiCall<Req, Res>,
    body: Encodable<Req>,
  ): Promise<void> {
    await this.#options.pace?.();
    (await this.#connectionTo(target)).tell(api, body);
  }

  /** What the broker serves, by API key. */
  async versionsOf(target: Target): Promise<BrokerVersions> {
    return (await this.#connectionTo(target)).versions;
  }

  /** Ends all connections; waiting calls are rejected with CLIENT_CLOSED. */
  close(): void {
    this.#pool.close();
  }

  async #connectionTo(target: Target): Promise<Connection> {
    if (target === 'any') return this.#askAny((connection) => Promise.resolve(connection));
    const view = await this.view();
    const id = target === 'controller' ? view.controllerId : target;
    const broker = id === null ? undefined : (view.brokers.get(id) ?? (await this.refresh()).brokers.get(id));
    if (broker === undefined) {
      const what = target === 'controller' ? 'a controller' : `a broker ${target}`;
      throw new ClientError('UNKNOWN_BROKER', `the cluster has not named ${what}`);
    }
    return this.#pool.get(broker);
  }

  /** Brokers that are connected first, then known ones, then the bootstrap list; doubted ones behind all others. */
  #candidates(): BrokerAddress[] {
    const listed = [...this.#pool.open(), ...(this.#view?.brokers.values() ?? []), ...this.#bootstrap];
    const unique = new Map(listed.map((address) => [addressText(address), address]));
    const now = performance.now();
    const isDoubted = (address: BrokerAddress): boolean =>
      (this.#doubted.get(addressText(address)) ?? 0) > now;
    const all = [...unique.values()];
    return [...all.filter((address) => !isDoubted(address)), ...all.filter(isDoubted)];
  }

  async #askAny<Answer>(ask: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    const connectAndAsk = async (address: BrokerAddress): Promise<Answer> => {
      const connection = await this.#connectFor(address);
      try {
        return await ask(connection);
      } catch (error) {
        if (!wasStale(error) || this.#pool.isClosed) throw error;
      }
      return ask(await this.#connectFor(address));
    };
    const asks = this.#candidates().map((address) => ({
      ask: async () => {
        const answer = await connectAndAsk(address);
        this.#doubted.delete(addressText(address));
        return answer;
      },
      doubt: () => this.#doubted.set(addressText(address), performance.now() + DOUBT_MS),
    }));
    return firstAnswer({
      asks,
      nextAfterMs: NEXT_AFTER_MS,
      mayAskNext: (error) => !this.#pool.isClosed && error instanceof ClientError && error.retriable,
    });
  }

  /** Whatever kept us from it, another broker may still be reached. */
  async #connectFor(address: BrokerAddress): Promise<Connection> {
    try {
      return await this.#pool.get(address);
    } catch (cause) {
      if (this.#pool.isClosed) throw cause;
      const list = this.#bootstrap.map(addressText).join(', ');
      const reason = cause instanceof Error ? `: ${cause.message}` : '';
      throw new ClientError('CONNECT_FAILED', `no broker of ${list} answers${reason}`, { cause });
    }
  }

  #open(address: BrokerAddress): Promise<Connection> {
    const { clientId, tls = null, resolve = null, authenticate = null } = this.#options;
    const { connectTimeoutMs, requestTimeoutMs } = this.#options;
    const observer = {
      sent: (apiKey: number, bytes: number): void =>
        this.traffic.sent(this.#brokerIdAt(address), apiKey, bytes),
      received: (bytes: number): void => this.traffic.received(this.#brokerIdAt(address), bytes),
    };
    const timeouts = {
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    };
    return openNegotiated({ address, clientId, tls, resolve, observer, ...timeouts }, authenticate);
  }

  #brokerIdAt({ host, port }: BrokerAddress): number {
    for (const broker of this.#view?.brokers.values() ?? []) {
      if (broker.port === port && broker.host === host) return broker.id;
    }
    return UNKNOWN_BROKER_ID;
  }
}

/** The connection had ended before the call: a fresh one may do. */
function wasStale(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'CONNECTION_CLOSED';
}

/** Version 0 says "all" with an empty list and cannot say "none". */
function topicsArgument(names: readonly string[] | null, version: number): { name: string }[] | null {
  if (names === null) return version === 0 ? [] : null;
  return names.map((name) => ({ name }));
}
