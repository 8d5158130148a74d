/**
 * The fetch sessions of a broker, in a bounded number of slots (KIP-227; Kafka's FetchSessionCache). Who finds no slot is
 * served without a session, which always works.
 *
 * A slot is freed for a new session when its own has not been used for two minutes; else when the new one is worth more:
 * a follower's, or a larger one, and the other has had its two minutes, or is no follower's while the new one is.
 */
import type { Random } from '../../platform/platform.ts';
import type { PartitionEvents, ReaderKind } from '../partition-events.ts';
import type { FetchPartitionRequest } from '../replica-requests.ts';
import { FetchSession } from './fetch-session.ts';

export const EVICTION_MS = 120_000;

export interface SessionCacheOptions {
  readonly maxSlots: number;
  readonly random: Random;
  readonly events: PartitionEvents;
  readonly topicName: (topicId: string) => string | undefined;
  /** A session had to go for another one. */
  readonly onEvicted?: () => void;
}

export interface NewSession {
  readonly kind: ReaderKind;
  readonly usesTopicIds: boolean;
  readonly partitions: readonly FetchPartitionRequest[];
}

export class SessionCache {
  readonly #options: SessionCacheOptions;
  /** Least recently used first. */
  readonly #byId = new Map<number, FetchSession>();
  #evictions = 0;

  constructor(options: SessionCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }
  get partitionCount(): number {
    let count = 0;
    for (const session of this.#byId.values()) count += session.size;
    return count;
  }
  get evictions(): number {
    return this.#evictions;
  }

  get(id: number): FetchSession | undefined {
    return this.#byId.get(id);
  }

  touch(session: FetchSession, nowMs: number): void {
    session.lastUsedMs = nowMs;
    if (!this.#byId.delete(session.id)) return;
    this.#byId.set(session.id, session);
  }

  remove(id: number): void {
    const session = this.#byId.get(id);
    if (session === undefined) return;
    this.#byId.delete(id);
    session.close();
  }

  /** Null when every slot is worth more. */
  create({ kind, usesTopicIds, partitions }: NewSession, nowMs: number): FetchSession | null {
    const { maxSlots, events, topicName } = this.#options;
    if (maxSlots <= 0) return null;
    const isFollower = kind === 'follower';
    if (this.#byId.size >= maxSlots && !this.#evict(isFollower, partitions.length, nowMs)) return null;
    const session = new FetchSession({
      ...{ kind, usesTopicIds, events, topicName },
      id: this.#newId(),
      createdMs: nowMs,
    });
    session.update(partitions, []);
    this.#byId.set(session.id, session);
    return session;
  }

  closeAll(): void {
    for (const id of [...this.#byId.keys()]) this.remove(id);
  }

  #evict(forFollower: boolean, size: number, nowMs: number): boolean {
    const [oldest] = this.#byId.values();
    if (oldest === undefined) return false;
    const victim = nowMs - oldest.lastUsedMs > EVICTION_MS ? oldest : this.#leastOf(forFollower, size, nowMs);
    if (victim === null) return false;
    this.#evictions += 1;
    this.#options.onEvicted?.();
    this.remove(victim.id);
    return true;
  }

  /** The one of least worth that may go, if it is worth less than the new one. */
  #leastOf(forFollower: boolean, size: number, nowMs: number): FetchSession | null {
    let least: FetchSession | null = null;
    for (const session of this.#byId.values()) {
      const hadItsTime = nowMs - session.createdMs > EVICTION_MS;
      if (!hadItsTime && (!forFollower || session.isFollower)) continue;
      if (least === null || compareWorth(session, least) < 0) least = session;
    }
    return least !== null && compareWorth(least, { isFollower: forFollower, size }) < 0 ? least : null;
  }

  /** Never 0, which means "no session". */
  #newId(): number {
    for (;;) {
      const id = this.#options.random.below(0x7fff_ffff) + 1;
      if (id <= 0x7fff_ffff && !this.#byId.has(id)) return id;
    }
  }
}

interface Worth {
  readonly isFollower: boolean;
  readonly size: number;
}

function compareWorth(left: Worth, right: Worth): number {
  if (left.isFollower !== right.isFollower) return left.isFollower ? 1 : -1;
  return left.size - right.size;
}
