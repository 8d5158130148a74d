/**
 * This broker as the controller sees it: registered at each start under a new incarnation, kept alive by heartbeats,
 * unfenced when it has caught up and its logs are open, and asked to be let go before it stops (KIP-631).
 *
 * - The epoch of the registration names this life. Leaders take a follower into the ISR only under the registered one
 *   (KIP-903), so it must be given to whoever speaks for this broker.
 * - One request is under way at a time. Between heartbeats it rests for the interval, or less while something is to be
 *   reached: to be unfenced, to be let go.
 * - A broker that the controller no longer knows under its epoch registers again. It has lost nothing, so it names its
 *   own epoch as the last clean one. Another process that lives under the same id ends this one.
 */
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import type { BrokerHeartbeatResponse } from '../../protocol/messages/63-broker-heartbeat.ts';
import { ControllerUnreachable } from '../controller-channel/controller-channel.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer } from '../platform/platform.ts';
import { StartFailure } from '../start-failure.ts';
import type { BrokerLifecycleOptions } from './lifecycle-options.ts';
import { LifecycleRequests } from './lifecycle-requests.ts';

export type LifecycleState = 'starting' | 'fenced' | 'running' | 'stopping';

/** Pause before the next request while this broker waits for something the controller decides. */
const EAGER_PAUSE_MS = 50;
/** How often a broker that waits for a controller says so. */
const WAITING_NOTICE_MS = 10_000;

export class BrokerLifecycle {
  readonly #options: BrokerLifecycleOptions;
  readonly #logger: Logger;
  readonly #requests: LifecycleRequests;
  #state: LifecycleState = 'starting';
  #brokerEpoch = -1;
  /** Epoch under which the logs are known to be whole; -1 after an unclean stop. */
  #cleanEpoch: number;
  #wantFence = true;
  #wantShutDown = false;
  #isOver = false;
  #endPause: () => void = () => undefined;
  /** Something changed since the last request was made. */
  #isDue = false;
  #letGo: () => void = () => undefined;
  #giveUp: () => void = () => undefined;
  #announceUnfenced: () => void = () => undefined;
  readonly #unfenced: Promise<void>;

  constructor(options: BrokerLifecycleOptions) {
    this.#options = options;
    this.#logger = options.logger.named(`BrokerLifecycle id=${String(options.registration.brokerId)}`);
    this.#requests = new LifecycleRequests(options);
    this.#cleanEpoch = options.previousBrokerEpoch;
    this.#unfenced = new Promise((resolve) => (this.#announceUnfenced = resolve));
  }

  get state(): LifecycleState {
    return this.#state;
  }

  /** Of the registration now; -1 before the first. */
  brokerEpoch(): number {
    return this.#brokerEpoch;
  }

  /** Resolves when registered; heartbeats go on from then. Rejects with StartFailure when it is not taken in. */
  async start(): Promise<void> {
    await this.#register(this.#options.settings.registrationTimeoutMs);
    this.#state = 'fenced';
    void this.#beat();
  }

  /** The logs are open: asks to be unfenced. Resolves when the controller has first let this broker serve. */
  serve(): Promise<void> {
    this.#wantFence = false;
    this.#hurry();
    return this.#unfenced;
  }

  /** Something changed that the controller should hear of soon: this node has caught up. */
  changed(): void {
    if (this.#state === 'fenced' && !this.#wantFence) this.#hurry();
  }

  /** Another broker hands over, and may stop when all others have said that they know (KIP-631). */
  sawHandOver(): void {
    if (this.#state === 'running') this.#hurry();
  }

  /** A log directory has failed: others should lead now what is in it. */
  directoryFailed(): void {
    if (this.#brokerEpoch !== -1) this.#hurry();
  }

  /** Leadership is handed over. Resolves with true when this broker may stop, with false when nobody said so in time. */
  controlledShutdown(timeoutMs: number): Promise<boolean> {
    if (this.#brokerEpoch === -1 || this.#isOver) return Promise.resolve(false);
    this.#state = 'stopping';
    this.#wantShutDown = true;
    this.#hurry();
    return new Promise((resolve) => {
      const cancel = this.#options.platform.timers.after(timeoutMs, () => resolve(false));
      const end = (isLetGo: boolean) => (): void => {
        cancel();
        resolve(isLetGo);
      };
      this.#letGo = end(true);
      this.#giveUp = end(false);
    });
  }

  /** Nobody will answer: a controlled shutdown that is under way ends now. */
  giveUpShutdown(): void {
    this.#giveUp();
  }

  /** No more heartbeats. */
  stop(): void {
    this.#isOver = true;
    this.#hurry();
  }

  #hurry(): void {
    this.#isDue = true;
    this.#endPause();
  }

  async #beat(): Promise<void> {
    while (!this.#isOver) {
      this.#isDue = false;
      const answer = await this.#heartbeat();
      if (this.#isOver) return;
      if (this.#isDue && answer !== null) continue;
      const isEager = answer === null || (this.#state !== 'running' && !this.#wantFence);
      await this.#pause(isEager ? EAGER_PAUSE_MS : this.#options.settings.heartbeatIntervalMs);
    }
  }

  /** Null when nobody answered. */
  async #heartbeat(): Promise<BrokerHeartbeatResponse | null> {
    try {
      const answer = await this.#requests.heartbeat({
        brokerEpoch: this.#brokerEpoch,
        wantFence: this.#wantFence,
        wantShutDown: this.#wantShutDown,
      });
      if (!this.#isOver) await this.#take(answer);
      return answer;
    } catch (error) {
      if (error instanceof ControllerUnreachable) return null;
      if (!this.#isOver) this.#options.onFatal('The broker cannot stay in its cluster.', error);
      this.#isOver = true;
      return null;
    }
  }

  async #take(answer: BrokerHeartbeatResponse): Promise<void> {
    const { errorCode } = answer;
    if (errorCode === ErrorCode.STALE_BROKER_EPOCH || errorCode === ErrorCode.BROKER_ID_NOT_REGISTERED) {
      this.#logger.warn(`${errorOf(errorCode).message} This broker registers again.`);
      this.#cleanEpoch = this.#brokerEpoch;
      await this.#register(Infinity);
      return;
    }
    if (errorCode !== 0) {
      this.#logger.warn(`The controller refused a heartbeat: ${errorOf(errorCode).message}`);
      return;
    }
    if (this.#wantShutDown) {
      if (answer.shouldShutDown) this.#letGo();
      return;
    }
    const state = answer.isFenced ? 'fenced' : 'running';
    if (state === this.#state) return;
    this.#state = state;
    if (answer.isFenced)
      this.#logger.warn('The controller has fenced this broker; it asks to be taken back.');
    else this.#announceUnfenced();
  }

  /** Rejects with StartFailure. */
  async #register(timeoutMs: number): Promise<void> {
    const { clock } = this.#options.platform;
    const startedMs = clock.monotonicMs();
    let noticedMs = startedMs;
    while (!this.#isOver) {
      const elapsedMs = clock.monotonicMs() - startedMs;
      const refusal = await this.#requests.register(this.#cleanEpoch);
      if (refusal.brokerEpoch !== null) {
        this.#brokerEpoch = refusal.brokerEpoch;
        return;
      }
      if (this.#isOver) break;
      this.#refuseForGood(refusal.errorCode, elapsedMs);
      if (elapsedMs > timeoutMs)
        throw new StartFailure(
          `No controller of controller.quorum.voters took this broker in within ${String(timeoutMs)} ms (${refusal.reason}): start a majority of them.`,
        );
      if (clock.monotonicMs() - noticedMs > WAITING_NOTICE_MS) {
        noticedMs = clock.monotonicMs();
        this.#logger.warn(`Still waiting to be taken into the cluster: ${refusal.reason}`);
      }
      await this.#pause(EAGER_PAUSE_MS);
    }
    throw new StartFailure('This broker was stopped before it was in its cluster.');
  }

  #refuseForGood(errorCode: number, elapsedMs: number): void {
    const { brokerId, clusterId } = this.#options.registration;
    const id = String(brokerId);
    switch (errorCode) {
      case ErrorCode.INCONSISTENT_CLUSTER_ID:
        throw new StartFailure(
          `The data of this broker belongs to cluster ${clusterId}, and its controllers to another one: correct log.dirs or controller.quorum.voters.`,
        );
      // The last process of this id may not have been missed yet.
      case ErrorCode.DUPLICATE_BROKER_REGISTRATION:
        if (elapsedMs <= this.#options.settings.sessionTimeoutMs + EAGER_PAUSE_MS) return;
        throw new StartFailure(
          `Another broker with node.id=${id} is running in this cluster: give each its own.`,
        );
      case ErrorCode.INVALID_REGISTRATION:
      case ErrorCode.UNSUPPORTED_VERSION:
      case ErrorCode.INVALID_REQUEST:
        throw new StartFailure(`The controller does not take in broker ${id}: ${errorOf(errorCode).message}`);
      default:
    }
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel: CancelTimer = this.#options.platform.timers.after(delayMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
