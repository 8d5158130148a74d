/**
 * One leadership of the metadata log, seen from the controller: everything that lives while this node is active, and
 * that must not outlive it. A node that becomes active again starts a new one.
 *
 * Its first round makes the log of a new cluster say what it is written in, and gives leaders to partitions that have
 * none. From then on it serves the brokers (registration, heartbeats), misses those that are silent, recovers partitions
 * whose last in-sync replicas were lost, and gives leaderships back to preferred replicas.
 */
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer } from '../platform/platform.ts';
import {
  type HeartbeatAnswer,
  heartbeat,
  type HeartbeatFacts,
  type HeartbeatRequest,
} from './broker-heartbeat.ts';
import {
  fenceBroker,
  registerIncarnation,
  type RegistrationAnswer,
  type RegistrationRequest,
} from './broker-registration.ts';
import type { SilentBroker } from './broker-sessions.ts';
import { BrokerWatch } from './broker-watch.ts';
import { CommandRounds, type Decide } from './command-rounds.ts';
import type { ControllerOptions } from './controller-options.ts';
import { costlyElections } from './costly-elections.ts';
import { ControllerUnavailable } from './controller-unavailable.ts';
import {
  balanceLeaders,
  electLeaders,
  type ElectLeadersAnswer,
  type ElectLeadersRequest,
  ElectionType,
} from './elect-leaders.ts';
import { bootstrapRecords } from './features.ts';
import type { MetadataImage } from './image.ts';
import { interBrokerAddress } from './inter-broker-address.ts';
import { electLeaderless } from './leader-elections.ts';
import { LeaderRecovery } from './leader-recovery.ts';
import type { MetadataRecord } from './metadata-record.ts';

export class ControllerTerm {
  readonly #options: ControllerOptions;
  readonly #logger: Logger;
  readonly #rounds: CommandRounds;
  readonly #watch: BrokerWatch;
  readonly #recovery: LeaderRecovery;
  /** By broker: the offset that all others must have seen before it may end, and the registration that it is about. */
  readonly #shutdownOffsets = new Map<number, { readonly brokerEpoch: number; readonly offset: number }>();
  #stopListening: () => void = () => undefined;
  #cancelBalancing: CancelTimer = () => undefined;

  constructor(options: ControllerOptions, logger: Logger, epoch: number) {
    const { platform, nodeId, publisher, metadataLog, onFatal } = options;
    const image = (): MetadataImage => publisher.image();
    const { brokerSessionTimeoutMs: sessionTimeoutMs, interBrokerListenerName } = options.settings();
    const addressOf = (brokerId: number) =>
      interBrokerAddress(image().brokers.get(brokerId), interBrokerListenerName);
    const shared = { platform, logger, nodeId, image };
    this.#options = options;
    this.#logger = logger;
    this.#rounds = new CommandRounds({ epoch, metadataLog, image, logger, onFatal });
    this.#watch = new BrokerWatch({
      ...{ ...shared, sessionTimeoutMs, addressOf },
      fence: (brokers, isGone) => this.#fence(brokers, isGone),
    });
    this.#recovery = new LeaderRecovery({
      ...shared,
      addressOf,
      run: (decide) => this.#rounds.run(decide, true),
    });
  }

  start(): void {
    const { platform, publisher, settings, replicaPolicy, onElection } = this.#options;
    this.#watch.start();
    void this.#ofItself('begin', (image) => {
      const first: readonly MetadataRecord[] = image.features.size === 0 ? bootstrapRecords() : [];
      return {
        records: [...first, ...electLeaderless(image, replicaPolicy()).records],
        response: null,
        divisible: true,
      };
    });
    let before = publisher.image();
    this.#stopListening = publisher.onImage((image, delta) => {
      for (const kind of costlyElections(before, delta)) onElection?.(kind);
      before = image;
      this.#recovery.changed(delta);
    });
    const { autoLeaderRebalanceEnable, leaderImbalanceCheckIntervalMs } = settings();
    if (autoLeaderRebalanceEnable) {
      this.#cancelBalancing = platform.timers.every(leaderImbalanceCheckIntervalMs, () => this.#balance());
    }
  }

  end(reason: string): void {
    this.#stopListening();
    this.#cancelBalancing();
    this.#watch.stop();
    this.#recovery.stop();
    this.#rounds.end(reason);
  }

  run<Response>(decide: Decide<Response>): Promise<Response> {
    return this.#rounds.run(decide);
  }

  /** For partitions that may have a leader now, because a configuration has changed. */
  electLeaderless(): void {
    void this.#ofItself('elect leaders', (image) => electLeaderless(image, this.#options.replicaPolicy()));
  }

  async electLeaders(request: ElectLeadersRequest): Promise<ElectLeadersAnswer> {
    const isUnclean = request.electionType === ElectionType.UNCLEAN;
    const longest = isUnclean ? await this.#recovery.longestLogs(request.topicPartitions) : undefined;
    return this.run((image) => electLeaders(request, image, this.#options.replicaPolicy(), longest));
  }

  async registerBroker(request: RegistrationRequest, connection: AbortSignal): Promise<RegistrationAnswer> {
    const { platform, replicaPolicy } = this.#options;
    const { brokerId } = request;
    const { sessions } = this.#watch;
    const answer = await this.#rounds.run((image) => {
      const hasLiveSession = sessions.isConnected(brokerId, platform.clock.monotonicMs());
      return registerIncarnation(request, image, replicaPolicy(), { hasLiveSession });
    }, true);
    const { errorCode, brokerEpoch } = answer;
    if (errorCode === 0) {
      this.#watch.heard({ brokerId, brokerEpoch, metadataOffset: -1, connection });
      const { incarnationId } = request;
      this.#logger.info(
        `Registered broker ${String(brokerId)} with epoch ${String(brokerEpoch)} (incarnation ${incarnationId}).`,
      );
    }
    return answer;
  }

  /** Answered at once while nothing changes: a heartbeat must not wait for a log that is slow. */
  async heartbeat(request: HeartbeatRequest, connection: AbortSignal): Promise<HeartbeatAnswer> {
    const { brokerId, brokerEpoch, currentMetadataOffset: metadataOffset } = request;
    const { publisher, replicaPolicy } = this.#options;
    const image = publisher.image();
    if (image.brokers.get(brokerId)?.brokerEpoch === brokerEpoch) {
      this.#watch.heard({ brokerId, brokerEpoch, metadataOffset, connection });
    }
    const decide: Decide<HeartbeatAnswer> = (now) =>
      heartbeat(request, now, replicaPolicy(), this.#factsOf(request));
    const { records, response } = decide(image);
    const answer = records.length === 0 ? response : await this.#rounds.run(decide, true);
    if (answer.shutdownOffset === null) this.#shutdownOffsets.delete(brokerId);
    else this.#shutdownOffsets.set(brokerId, { brokerEpoch, offset: answer.shutdownOffset });
    if (records.length > 0) this.#sayWhatChanged(brokerId, answer);
    return answer;
  }

  #factsOf({ brokerId, brokerEpoch }: HeartbeatRequest): HeartbeatFacts {
    const remembered = this.#shutdownOffsets.get(brokerId);
    return {
      metadataOffsetOf: (id) => this.#watch.sessions.metadataOffsetOf(id),
      shutdownOffset: remembered?.brokerEpoch === brokerEpoch ? remembered.offset : null,
    };
  }

  #sayWhatChanged(brokerId: number, answer: HeartbeatAnswer): void {
    const { isFenced, inControlledShutdown, failedDirectoryIds } = answer;
    if (failedDirectoryIds.length > 0) {
      this.#logger.warn(
        `Broker ${String(brokerId)} has lost log directory ${failedDirectoryIds.join(', ')}: others lead what was in it.`,
      );
      return;
    }
    const what = inControlledShutdown ? 'hands over before it stops' : isFenced ? 'is fenced' : 'is unfenced';
    this.#logger.info(`Broker ${String(brokerId)} ${what}.`);
  }

  async #fence(brokers: readonly SilentBroker[], isGone: (broker: SilentBroker) => boolean): Promise<void> {
    const fencings = brokers.map((broker) =>
      this.#ofItself(`fence broker ${String(broker.brokerId)}`, (image) => {
        const isSame = image.brokers.get(broker.brokerId)?.brokerEpoch === broker.brokerEpoch;
        if (!isSame || !isGone(broker)) return { records: [], response: null };
        return fenceBroker(broker.brokerId, image, this.#options.replicaPolicy());
      }),
    );
    await Promise.all(fencings);
  }

  #balance(): void {
    const { settings, replicaPolicy } = this.#options;
    const percentage = settings().leaderImbalancePerBrokerPercentage;
    void this.#ofItself('balance leaderships', (image) =>
      balanceLeaders(image, replicaPolicy(), percentage),
    ).then((done) => {
      if (done?.more === true) this.#balance();
    });
  }

  /** What nobody asked for: nobody can be told that it failed but the log. Null then. */
  async #ofItself<Response>(what: string, decide: Decide<Response>): Promise<Response | null> {
    try {
      return await this.#rounds.run(decide, true);
    } catch (error) {
      if (error instanceof ControllerUnavailable) this.#logger.warn(`Could not ${what}: ${error.message}`);
      return null;
    }
  }
}
