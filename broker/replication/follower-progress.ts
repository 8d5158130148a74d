/**
 * How far the followers of one led partition are, and since when they have had all of it (Kafka's Replica). Pure.
 *
 * A follower is caught up when it has all that the leader has, or had all of it at some moment of the last
 * replica.lag.time.max.ms. It had all when it asked for the leader's end, when it asked for what was the end at its
 * previous fetch, and until the very moment in which the leader appended more: a session (KIP-227) does not name
 * partitions in which nothing happens, so silence is no lag.
 */

export interface BrokerEpochs {
  readonly brokerEpoch: number;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
}

export interface FollowerRules {
  maxLagMs(): number;
  broker(brokerId: number): BrokerEpochs | undefined;
}

export interface FollowerProgress {
  readonly logEndOffset: number;
  /** Of the registration that it fetched with last; -1 before the first fetch. */
  readonly brokerEpoch: number;
  readonly lastFetchMs: number;
  /** When it last had all that the leader had. */
  readonly lastCaughtUpMs: number;
  /** The leader's log end when it fetched last. */
  readonly leaderEndAtLastFetch: number;
}

type Progress = { -readonly [Field in keyof FollowerProgress]: FollowerProgress[Field] } & { inIsr: boolean };

const NEVER = Number.NEGATIVE_INFINITY;

export class FollowersProgress {
  readonly #rules: FollowerRules;
  readonly #byId = new Map<number, Progress>();
  #leaderEnd = 0;

  constructor(rules: FollowerRules) {
    this.#rules = rules;
  }

  get(id: number): FollowerProgress | undefined {
    return this.#byId.get(id);
  }

  clear(): void {
    this.#byId.clear();
  }

  /** A new leader epoch: nothing that was known holds. */
  begin(leaderEnd: number): void {
    this.#byId.clear();
    this.#leaderEnd = leaderEnd;
  }

  /** These are the followers. A member of the ISR has the whole time that is allowed from the moment it became one. */
  keep(ids: readonly number[], isr: readonly number[], nowMs: number): void {
    for (const id of this.#byId.keys()) if (!ids.includes(id)) this.#byId.delete(id);
    for (const id of ids) {
      const inIsr = isr.includes(id);
      const known = this.#byId.get(id);
      if (known === undefined) {
        const fresh = { logEndOffset: -1, brokerEpoch: -1, lastFetchMs: NEVER, leaderEndAtLastFetch: -1 };
        this.#byId.set(id, { ...fresh, inIsr, lastCaughtUpMs: inIsr ? nowMs : NEVER });
        continue;
      }
      if (known.inIsr === inIsr) continue;
      known.inIsr = inIsr;
      // Who left the ISR must not hold the high watermark back because it kept up a moment ago.
      known.lastCaughtUpMs = inIsr ? nowMs : NEVER;
    }
  }

  /** The leader appended: until now the in-sync followers at the old end had everything. */
  noteLeaderEnd(leaderEnd: number, nowMs: number): void {
    if (leaderEnd > this.#leaderEnd) {
      for (const progress of this.#byId.values())
        if (progress.inIsr && progress.logEndOffset >= this.#leaderEnd) progress.lastCaughtUpMs = nowMs;
    }
    this.#leaderEnd = leaderEnd;
  }

  noteFetch(
    {
      replicaId,
      brokerEpoch,
      fetchOffset,
    }: { readonly replicaId: number; readonly brokerEpoch: number; readonly fetchOffset: number },
    leaderEnd: number,
    nowMs: number,
    inIsr: boolean,
  ): void {
    const progress = this.#byId.get(replicaId);
    if (progress === undefined) return;
    // A broker that came back says nothing about when it will have caught up.
    if (brokerEpoch !== progress.brokerEpoch && progress.brokerEpoch >= 0 && !inIsr) {
      progress.lastCaughtUpMs = NEVER;
      progress.lastFetchMs = NEVER;
    }
    if (fetchOffset >= leaderEnd) progress.lastCaughtUpMs = nowMs;
    else if (fetchOffset >= progress.leaderEndAtLastFetch)
      progress.lastCaughtUpMs = Math.max(progress.lastCaughtUpMs, progress.lastFetchMs);
    progress.brokerEpoch = brokerEpoch;
    progress.logEndOffset = fetchOffset;
    progress.lastFetchMs = nowMs;
    progress.leaderEndAtLastFetch = leaderEnd;
  }

  /**
   * The least advanced of those that count: whoever `holdsBack` names, and whoever keeps up and is about to join.
   * Without the latter a follower of a busy partition would always arrive a moment too late to join.
   */
  lowestEnd(leaderEnd: number, nowMs: number, holdsBack: (id: number) => boolean): number {
    let lowest = leaderEnd;
    for (const [id, { logEndOffset }] of this.#byId) {
      if (logEndOffset >= lowest) continue;
      if (holdsBack(id) || (this.isCaughtUp(id, leaderEnd, nowMs) && this.mayJoin(id))) lowest = logEndOffset;
    }
    return lowest;
  }

  isCaughtUp(id: number, leaderEnd: number, nowMs: number): boolean {
    const progress = this.#byId.get(id);
    if (progress === undefined) return false;
    return progress.logEndOffset >= leaderEnd || nowMs - progress.lastCaughtUpMs <= this.#rules.maxLagMs();
  }

  /** Registered as it fetched, not fenced and not on its way out (KIP-841, KIP-903). */
  mayJoin(id: number): boolean {
    const epoch = this.#byId.get(id)?.brokerEpoch ?? -1;
    const broker = this.#rules.broker(id);
    if (broker === undefined || epoch < 0) return false;
    return broker.brokerEpoch === epoch && !broker.fenced && !broker.inControlledShutdown;
  }
}
