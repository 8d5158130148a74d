/**
 * One request in flight to each other member, as Kafka keeps it: a slot is free when it was answered, when its request
 * timed out, or some time after it failed. Ids are never used twice, so an answer to an abandoned request finds
 * nothing. An entry a peer; peers are voters, so the count is bounded by the voter list.
 */
import type { QuorumTimeouts } from './quorum-effects.ts';
import type { QuorumRequest } from './quorum-messages.ts';

interface Slot {
  readonly requestId: number;
  /** Null: the last request failed, wait. */
  readonly request: QuorumRequest | null;
  readonly freeAtMs: number;
}

export class RequestSlots {
  readonly #timeouts: QuorumTimeouts;
  readonly #slots = new Map<number, Slot>();
  #nextId = 1;

  constructor(timeouts: QuorumTimeouts) {
    this.#timeouts = timeouts;
  }

  /** -Infinity when it is free anyway. */
  freeAtMs(peer: number): number {
    return this.#slots.get(peer)?.freeAtMs ?? -Infinity;
  }

  isFree(peer: number, nowMs: number): boolean {
    return this.freeAtMs(peer) <= nowMs;
  }

  /** A request is on its way to someone, or all of them are resting. */
  isAnyBusy(nowMs: number): boolean {
    for (const peer of this.#slots.keys()) if (!this.isFree(peer, nowMs)) return true;
    return false;
  }

  take(peer: number, request: QuorumRequest, nowMs: number): number {
    const requestId = this.#nextId++;
    this.#slots.set(peer, { requestId, request, freeAtMs: nowMs + this.#timeouts.requestTimeoutMs });
    return requestId;
  }

  /** The request this answers, and the slot is free; null when nobody waits for it any more. */
  settle(peer: number, requestId: number): QuorumRequest | null {
    const slot = this.#slots.get(peer);
    if (slot?.requestId !== requestId) return null;
    this.#slots.delete(peer);
    return slot.request;
  }

  /** The last request to this member came to nothing. */
  rest(peer: number, nowMs: number): void {
    const freeAtMs = nowMs + this.#timeouts.retryBackoffMs;
    this.#slots.set(peer, { requestId: 0, request: null, freeAtMs });
  }

  /** Whatever is still out there no longer matters: this member has changed its mind. */
  abandonAll(): void {
    this.#slots.clear();
  }

  /** When the first of those that were not free at `lookedMs` is. */
  nextFreeMs(lookedMs: number): number {
    let next = Infinity;
    for (const { freeAtMs } of this.#slots.values()) if (freeAtMs > lookedMs) next = Math.min(next, freeAtMs);
    return next;
  }
}
