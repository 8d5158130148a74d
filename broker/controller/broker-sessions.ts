/**
 * When the active controller last heard of each broker, and how far each has replayed the metadata: the arithmetic of
 * broker.session.timeout.ms, on monotonic time that comes in as an argument. No timers, no images.
 *
 * What is in here lives for one leadership of the metadata log: a controller that becomes active knows nothing of
 * heartbeats that another one got, so it gives every broker a whole session to make itself heard. Until then a broker
 * is neither dead nor a reason to refuse a new process with its id.
 */

export interface BrokerContact {
  readonly brokerId: number;
  /** The registration that it belongs to. */
  readonly brokerEpoch: number;
  /** Offset of the last metadata record in the broker's image. */
  readonly metadataOffset: number;
  /** Aborted when the connection that this came by has ended. */
  readonly connection: AbortSignal;
}

interface Session {
  readonly brokerEpoch: number;
  sinceMs: number;
  metadataOffset: number;
  /** Null: not heard of yet, only granted its time. */
  connection: AbortSignal | null;
}

export interface SilentBroker {
  readonly brokerId: number;
  readonly brokerEpoch: number;
}

export class BrokerSessions {
  readonly #timeoutMs: number;
  readonly #sessions = new Map<number, Session>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** A broker that was registered before this leadership gets its time to be heard. */
  grant(broker: SilentBroker, nowMs: number): void {
    const { brokerId, brokerEpoch } = broker;
    this.#sessions.set(brokerId, { brokerEpoch, sinceMs: nowMs, metadataOffset: -1, connection: null });
  }

  heard(contact: BrokerContact, nowMs: number): void {
    const { brokerId, brokerEpoch, metadataOffset, connection } = contact;
    const session = this.#sessions.get(brokerId);
    if (session?.brokerEpoch !== brokerEpoch) {
      this.#sessions.set(brokerId, { brokerEpoch, sinceMs: nowMs, metadataOffset, connection });
      return;
    }
    session.sinceMs = nowMs;
    // Heartbeats of two connections may overtake each other; what was replayed once stays so.
    session.metadataOffset = Math.max(session.metadataOffset, metadataOffset);
    session.connection = connection;
  }

  forget(brokerId: number): void {
    this.#sessions.delete(brokerId);
  }

  /** Has the broker been silent in this registration for as long as a session lasts? A broker without a session has. */
  isSilent({ brokerId, brokerEpoch }: SilentBroker, nowMs: number): boolean {
    const session = this.#sessions.get(brokerId);
    return session?.brokerEpoch !== brokerEpoch || nowMs - session.sinceMs >= this.#timeoutMs;
  }

  /** Does a process with this id certainly live, as far as can be known: it was heard of, and its connection holds. */
  isConnected(brokerId: number, nowMs: number): boolean {
    const session = this.#sessions.get(brokerId);
    if (session === undefined || session.connection === null || session.connection.aborted) return false;
    return nowMs - session.sinceMs < this.#timeoutMs;
  }

  /** The connection by which the broker was last heard of in this registration; null if it never was. */
  connectionOf({ brokerId, brokerEpoch }: SilentBroker): AbortSignal | null {
    const session = this.#sessions.get(brokerId);
    return session?.brokerEpoch === brokerEpoch ? session.connection : null;
  }

  /** -1 when the broker has not been heard of. */
  metadataOffsetOf(brokerId: number): number {
    return this.#sessions.get(brokerId)?.metadataOffset ?? -1;
  }

  /** Nobody could be heard for a while, because this process itself stood still: silence until now says nothing. */
  restart(nowMs: number): void {
    for (const session of this.#sessions.values()) session.sinceMs = nowMs;
  }

  silent(nowMs: number): SilentBroker[] {
    return [...this.#sessions]
      .filter(([, { sinceMs }]) => nowMs - sinceMs >= this.#timeoutMs)
      .map(([brokerId, { brokerEpoch }]) => ({ brokerId, brokerEpoch }));
  }

  /** Monotonic time at which the first session runs out if nobody is heard of; null when there is none. */
  nextEndMs(): number | null {
    let next: number | null = null;
    for (const { sinceMs } of this.#sessions.values()) {
      const endMs = sinceMs + this.#timeoutMs;
      if (next === null || endMs < next) next = endMs;
    }
    return next;
  }
}
