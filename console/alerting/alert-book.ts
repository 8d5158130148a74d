/**
 * What this process knows of alerts beside the database: of each cluster rules, where they stand, incidents and silences as
 * last read and decided; channels and the outbox (outbox-book.ts). While the database fails, alerts are judged and sent from
 * here. Afterwards `flush` writes what happened, with the times at which it happened, before anything is read from there again:
 * so nothing fires twice, and nothing is made up.
 *
 * Whoever wants to read rules, states or the outbox flushes first. A flush that fails says that the database still fails.
 */
import {
  applyTransitions,
  LeaseLostError,
  type Fence,
  type OpenIncident,
  type Transitions,
} from '../store/alert-transitions.ts';
import type { Database } from '../store/database.ts';
import { claimAttempt, keepOutcome } from '../store/outbox.ts';
import { isStoreFailure } from '../store/store-error.ts';
import type { RuleDefinition, RuleState } from './alert-rule.ts';
import { mergeTransitions, openAfter, statesAfter } from './after-round.ts';
import type { Silence } from './notify-decision.ts';
import { OutboxBook, type OwedOutcome } from './outbox-book.ts';

/** What a round is judged by. */
export interface ClusterBook {
  readonly rules: readonly RuleDefinition[];
  readonly states: readonly RuleState[];
  readonly openIncidents: ReadonlyMap<string, OpenIncident>;
  /** In force, or to come. */
  readonly silences: readonly Silence[];
  /** Enabled channels by id. */
  readonly channelNames: ReadonlyMap<string, string>;
}

const HOPELESS_AFTER_MS = 10 * 60_000;

export class AlertBook {
  readonly outbox = new OutboxBook();
  readonly #log: (line: string) => void;
  readonly #nowMs: () => number;
  readonly #clusters = new Map<string, ClusterBook>();
  readonly #owed = new Map<string, Transitions>();
  #flushing: Promise<void> | null = null;
  /** Since when what is owed is refused by a database that works otherwise. */
  #refusedSinceMs: number | null = null;

  constructor(log: (line: string) => void = () => undefined, nowMs: () => number = () => 0) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Null: nothing was ever read of it. */
  cluster(clusterId: string): ClusterBook | null {
    return this.#clusters.get(clusterId) ?? null;
  }

  /** A round was judged by `judgedBy`: this is how it stands now, written or not. */
  keep(clusterId: string, judgedBy: ClusterBook, decided: Transitions): void {
    this.#clusters.set(clusterId, {
      ...judgedBy,
      states: statesAfter(judgedBy.states, decided),
      openIncidents: openAfter(judgedBy.openIncidents, decided.incidents),
    });
    this.outbox.queue(decided.deliveries);
    for (const { id, resolvedAtMs } of decided.incidents) {
      if (resolvedAtMs !== null) this.outbox.forgetIncident(id);
    }
  }

  /** The database could not take it. */
  owe(clusterId: string, decided: Transitions): void {
    const before = this.#owed.get(clusterId);
    this.#owed.set(clusterId, before === undefined ? decided : mergeTransitions(before, decided));
  }

  get isOwing(): boolean {
    return this.#owed.size > 0 || this.outbox.owed().length > 0;
  }

  /**
   * Writes what the database does not know yet. Rejects with the database's failure when it still fails; with LeaseLostError,
   * and with nothing owed any more, when another process has gone on from what the database knew.
   */
  async flush(database: Database, fence: Fence | null): Promise<void> {
    // Who comes while it is tried hears how that went; what came in since it began is written after it.
    if (this.#flushing !== null) await this.#flushing;
    while (this.isOwing) {
      this.#flushing ??= this.#flush(database, fence).finally(() => {
        this.#flushing = null;
      });
      await this.#flushing;
    }
  }

  /** Another process judges and sends from now on. */
  forget(): void {
    this.#clusters.clear();
    this.#owed.clear();
    this.outbox.forget();
  }

  async #flush(database: Database, fence: Fence | null): Promise<void> {
    for (const [clusterId, owed] of [...this.#owed]) {
      this.#owed.delete(clusterId);
      try {
        await applyTransitions(database, owed, fence);
      } catch (error) {
        this.#unwritten(clusterId, owed, error);
      }
    }
    for (const owed of this.outbox.owed()) {
      // Decided while this was written: its row comes first, the outcome of its attempt with the next turn.
      if (this.#owed.size > 0) return;
      try {
        await writeOutcome(database, owed);
      } catch (error) {
        if (!this.#isHopeless(error)) throw error;
        this.#log(`what became of a message cannot be written, ever: ${String(error)}`);
      }
      this.outbox.paid(owed);
    }
    this.#refusedSinceMs = null;
  }

  #unwritten(clusterId: string, owed: Transitions, error: unknown): void {
    if (error instanceof LeaseLostError) this.forget();
    else if (!this.#isHopeless(error)) {
      const later = this.#owed.get(clusterId);
      // What was decided while the writing failed comes after it.
      this.#owed.set(clusterId, later === undefined ? owed : mergeTransitions(owed, later));
    } else {
      this.#log(`what was decided on cluster ${clusterId} cannot be written, ever: ${String(error)}`);
      return;
    }
    throw error;
  }

  /** A database that works and does not take it: after some time alerts go on from what it has. */
  #isHopeless(error: unknown): boolean {
    const nowMs = this.#nowMs();
    this.#refusedSinceMs = isStoreFailure(error) ? null : (this.#refusedSinceMs ?? nowMs);
    if (this.#refusedSinceMs !== null) this.#log(`alerts cannot be written: ${String(error)}`);
    return this.#refusedSinceMs !== null && nowMs - this.#refusedSinceMs > HOPELESS_AFTER_MS;
  }
}

async function writeOutcome(
  database: Database,
  { deliveries, batch, isClaimed, outcome }: OwedOutcome,
): Promise<void> {
  if (!isClaimed) await claimAttempt(database, deliveries, batch, outcome.nextAttemptAtMs ?? 0);
  await keepOutcome(database, deliveries, outcome);
}
