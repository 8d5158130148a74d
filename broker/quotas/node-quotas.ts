/**
 * All quotas of a node, by what the cluster has agreed on (AlterClientQuotas): a broker counts bytes and the time of its one thread, the
 * active controller what is made and deleted, both connections by address.
 */
import type { ClientQuotas } from '../controller/image.ts';
import type { Clock } from '../platform/platform.ts';
import { MutationQuota, type RequestAllowance, UNLIMITED } from './mutation-quota.ts';
import {
  type QuotaClient,
  type QuotaShare,
  type QuotaTable,
  shareOf,
  shareOfAddress,
} from './quota-lookup.ts';
import { type QuotaUse, RateQuota } from './rate-quota.ts';

export interface QuotaWindows {
  readonly windows: number;
  readonly windowMs: number;
}

export interface NodeQuotasOptions {
  readonly clock: Clock;
  readonly table: () => QuotaTable;
  /** quota.window.num and quota.window.size.seconds */
  readonly rates: QuotaWindows;
  /** controller.quota.window.num and controller.quota.window.size.seconds */
  readonly mutations: QuotaWindows;
}

/** Kafka's principal and client id of a request. */
export interface Requester {
  readonly principal: string;
  readonly clientId: string | null;
}

export interface RequestUse {
  /** What counts against a rate of bytes, if anything does. */
  readonly bytes: {
    readonly quota: 'producer_byte_rate' | 'consumer_byte_rate';
    readonly count: number;
  } | null;
  /** Of the thread that serves everybody. */
  readonly busyMs: number;
}

export type MeasuredQuota = 'producer_byte_rate' | 'consumer_byte_rate' | 'request_percentage';

const USER = 'User:';
const MAX_REMEMBERED_SHARES = 10_000;

export class NodeQuotas {
  readonly #options: NodeQuotasOptions;
  readonly #bytes: Readonly<Record<'producer_byte_rate' | 'consumer_byte_rate', RateQuota>>;
  readonly #time: RateQuota;
  readonly #connections: RateQuota;
  readonly #mutations: MutationQuota;
  /** Of the table beside it only. */
  readonly #shares = new Map<string, QuotaShare | null>();
  #sharesOf: ReadonlyMap<string, ClientQuotas> | null = null;

  constructor(options: NodeQuotasOptions) {
    this.#options = options;
    const { rates, mutations } = options;
    this.#bytes = { producer_byte_rate: new RateQuota(rates), consumer_byte_rate: new RateQuota(rates) };
    // A second at most, as in Kafka: what took so much time then was perhaps not the client's doing.
    this.#time = new RateQuota({ ...rates, longestWaitMs: rates.windowMs });
    this.#connections = new RateQuota(rates);
    this.#mutations = new MutationQuota(mutations);
  }

  /** Nobody is limited in anything. */
  get isIdle(): boolean {
    return this.#options.table().size === 0;
  }

  /** A request was served: for how many milliseconds no further one of its connection is. */
  charge(who: Requester, { bytes, busyMs }: RequestUse): number {
    const nowMs = this.#options.clock.monotonicMs();
    const time = this.#shareOf('request_percentage', who);
    // Percents of a second of the thread.
    const forTime = time === null ? 0 : this.#time.charge(time, busyMs / 10, nowMs);
    const share = bytes === null ? null : this.#shareOf(bytes.quota, who);
    if (bytes === null || share === null) return forTime;
    return Math.max(forTime, this.#bytes[bytes.quota].charge(share, bytes.count, nowMs));
  }

  /** The most that one answer to a fetch may hold. */
  mostFetchBytes(who: Requester): number {
    if (this.isIdle) return Number.POSITIVE_INFINITY;
    const share = this.#shareOf('consumer_byte_rate', who);
    return share === null ? Number.POSITIVE_INFINITY : this.#bytes.consumer_byte_rate.mostAtOnce(share);
  }

  mutations(who: Requester, isStrict: boolean): RequestAllowance {
    const share = this.isIdle ? null : this.#shareOf('controller_mutation_rate', who);
    if (share === null) return UNLIMITED;
    return this.#mutations.allowance(share, isStrict, () => this.#options.clock.monotonicMs());
  }

  /** A connection comes: 0 when it is let in, otherwise milliseconds after which it is closed. */
  connection(address: string): number {
    if (this.isIdle) return 0;
    const share = shareOfAddress(this.#options.table(), 'connection_creation_rate', address);
    if (share === null) return 0;
    return this.#connections.chargeIfKept(share, 1, this.#options.clock.monotonicMs());
  }

  /** For metrics: what of each quota is used by whom, those without a limit left out. */
  uses(): Readonly<Record<MeasuredQuota, Iterable<QuotaUse>>> {
    const nowMs = this.#options.clock.monotonicMs();
    return {
      producer_byte_rate: this.#bytes.producer_byte_rate.uses(nowMs),
      consumer_byte_rate: this.#bytes.consumer_byte_rate.uses(nowMs),
      request_percentage: this.#time.uses(nowMs),
    };
  }

  #shareOf(quota: string, { principal, clientId }: Requester): QuotaShare | null {
    const table = this.#options.table();
    if (table !== this.#sharesOf || this.#shares.size >= MAX_REMEMBERED_SHARES) {
      this.#shares.clear();
      this.#sharesOf = table;
    }
    const user = principal.startsWith(USER) ? principal.slice(USER.length) : principal;
    const client: QuotaClient = { user, clientId: clientId ?? '' };
    const key = JSON.stringify([quota, user, client.clientId]);
    let share = this.#shares.get(key);
    if (share === undefined) {
      share = shareOf(table, quota, client);
      this.#shares.set(key, share);
    }
    return share;
  }
}
