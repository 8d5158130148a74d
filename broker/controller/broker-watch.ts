/**
 * Notices that a broker is gone, for as long as this node is the active controller: after a session of silence, or at
 * once when its connection broke and nobody listens at its address any more (docs/adr/0009-fast-failure-news.md).
 *
 * A session needs a timer, so that a hanging process is found, too. A process that died is found sooner: its system
 * closes the connection by which it sent heartbeats, and refuses a new one. Everything in between, an address that does
 * not answer or a connection that was only cut, is left to the session. What to do about it is decided by the command
 * behind `fence`, which looks again whether the broker is still as silent as it was here.
 */
import { addressText } from '../../kafka-client/address.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import { type NodeAddress, type NodeConnection, TransportError } from '../platform/transport.ts';
import { type BrokerContact, BrokerSessions, type SilentBroker } from './broker-sessions.ts';
import type { MetadataImage } from './image.ts';

export interface BrokerWatchOptions {
  readonly platform: Pick<Platform, 'clock' | 'timers' | 'transport'>;
  readonly logger: Logger;
  readonly nodeId: number;
  readonly sessionTimeoutMs: number;
  readonly image: () => MetadataImage;
  /** Where other nodes reach the broker; null when it did not say. */
  readonly addressOf: (brokerId: number) => NodeAddress | null;
  /** Fences those of the brokers for which `isGone` still holds when it is their turn. Does not reject. */
  readonly fence: (
    brokers: readonly SilentBroker[],
    isGone: (broker: SilentBroker) => boolean,
  ) => Promise<unknown>;
}

/** A dying process may still take connections for a moment: they are closed at once, and then refused. */
const PROBE_ATTEMPTS = 5;
const PROBE_PAUSE_MS = 50;
const PROBE_TIMEOUT_MS = 1_000;
/** A timer that is late by this share of a session means that this process was stopped, not its brokers. */
const LATE_SHARE = 4;
/** After a fencing that could not be committed. */
const RETRY_MS = 500;

export class BrokerWatch {
  readonly #options: BrokerWatchOptions;
  readonly sessions: BrokerSessions;
  readonly #watched = new WeakSet<AbortSignal>();
  #cancelTimer: CancelTimer | null = null;
  #timerAtMs = Infinity;
  #stopped = false;

  constructor(options: BrokerWatchOptions) {
    this.#options = options;
    this.sessions = new BrokerSessions(options.sessionTimeoutMs);
  }

  /**
   * Every broker that is believed to serve has a whole session from now on, unless its address refuses connections: the
   * process that died may have been the controller before this one, and nobody saw its connection break.
   */
  start(): void {
    const nowMs = this.#nowMs();
    for (const broker of this.#options.image().brokers.values()) {
      if (broker.fenced) continue;
      const { brokerId, brokerEpoch } = broker;
      this.sessions.grant(broker, nowMs);
      void this.#fenceIfRefused({ brokerId, brokerEpoch }, null, 'it has not been heard of');
    }
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** The broker has sent a heartbeat, or has just registered. */
  heard(contact: BrokerContact): void {
    this.sessions.heard(contact, this.#nowMs());
    const { connection } = contact;
    if (!this.#watched.has(connection)) {
      this.#watched.add(connection);
      connection.addEventListener('abort', () => void this.#connectionBroke(contact), { once: true });
    }
    this.#schedule();
  }

  #nowMs(): number {
    return this.#options.platform.clock.monotonicMs();
  }

  #schedule(atLeastMs = 0): void {
    const nextEndMs = this.sessions.nextEndMs();
    if (this.#stopped || nextEndMs === null) return;
    const nowMs = this.#nowMs();
    const atMs = Math.max(nextEndMs, nowMs + atLeastMs);
    // A timer that is due earlier looks again by itself.
    if (this.#cancelTimer !== null && this.#timerAtMs <= atMs) return;
    this.#cancelTimer?.();
    this.#timerAtMs = atMs;
    this.#cancelTimer = this.#options.platform.timers.after(atMs - nowMs, () => {
      this.#cancelTimer = null;
      const lateMs = this.#nowMs() - atMs;
      // Heartbeats that came meanwhile are still to be read.
      if (lateMs > this.#options.sessionTimeoutMs / LATE_SHARE) this.#stoodStill(lateMs);
      else void this.#fenceSilent();
    });
  }

  #stoodStill(lateMs: number): void {
    this.#options.logger.warn(
      `This process stood still for at least ${String(Math.round(lateMs))} ms: brokers get a new session to be heard.`,
    );
    this.sessions.restart(this.#nowMs());
    this.#schedule();
  }

  async #fenceSilent(): Promise<void> {
    const silent = this.sessions.silent(this.#nowMs());
    const { brokers } = this.#options.image();
    const serving = silent.filter(({ brokerId, brokerEpoch }) => {
      const broker = brokers.get(brokerId);
      const serves = broker?.brokerEpoch === brokerEpoch && !broker.fenced;
      if (!serves) this.sessions.forget(brokerId);
      return serves;
    });
    if (serving.length > 0) {
      const seconds = String(this.#options.sessionTimeoutMs / 1000);
      for (const { brokerId } of serving) {
        this.#options.logger.warn(`Fencing broker ${String(brokerId)}: not heard of for ${seconds} s.`);
      }
      await this.#options.fence(serving, (broker) => this.sessions.isSilent(broker, this.#nowMs()));
    }
    this.#schedule(RETRY_MS);
  }

  async #connectionBroke(contact: SilentBroker & { readonly connection: AbortSignal }): Promise<void> {
    const { brokerId, connection } = contact;
    const brokerEpoch = this.#options.image().brokers.get(brokerId)?.brokerEpoch ?? -1;
    await this.#fenceIfRefused({ brokerId, brokerEpoch }, connection, 'its connection broke');
  }

  /** `connection`: by which it was last heard of; null if it never was. */
  async #fenceIfRefused(broker: SilentBroker, connection: AbortSignal | null, reason: string): Promise<void> {
    const { brokerId } = broker;
    /** It may have come back by another connection meanwhile, or as another process. */
    const isGone = (): boolean => !this.#stopped && this.sessions.connectionOf(broker) === connection;
    if (brokerId === this.#options.nodeId || !isGone() || !this.#serves(broker)) return;
    const address = this.#options.addressOf(brokerId);
    if (address === null || !(await this.#isRefused(address, isGone)) || !isGone()) return;
    this.#options.logger.warn(
      `Fencing broker ${String(brokerId)}: ${reason}, and ${addressText(address)} refuses a new one.`,
    );
    await this.#options.fence([broker], isGone);
  }

  #serves({ brokerId, brokerEpoch }: SilentBroker): boolean {
    const broker = this.#options.image().brokers.get(brokerId);
    return broker?.brokerEpoch === brokerEpoch && !broker.fenced;
  }

  async #isRefused(address: NodeAddress, isGone: () => boolean): Promise<boolean> {
    for (let attempt = 0; attempt < PROBE_ATTEMPTS && isGone(); attempt++) {
      if (attempt > 0) await this.#pause(PROBE_PAUSE_MS);
      let connection: NodeConnection;
      try {
        connection = await this.#options.platform.transport.connect(address, {
          to: 'broker',
          clientId: `controller-${String(this.#options.nodeId)}-probe`,
          timeoutMs: PROBE_TIMEOUT_MS,
        });
      } catch (error) {
        if (error instanceof TransportError && error.fault === 'refused') return true;
        continue;
      }
      const endedAtOnce = await Promise.race([
        connection.ended.then(() => true),
        this.#pause(PROBE_PAUSE_MS).then(() => false),
      ]);
      connection.close();
      if (!endedAtOnce) return false;
    }
    return false;
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => this.#options.platform.timers.after(durationMs, resolve));
  }
}
