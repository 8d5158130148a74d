/**
 * The metadata log that all nodes of a cluster agree on: the quorum's rules (broker/controller/quorum) over
 * `__cluster_metadata-0` in the first log directory and connections to the voters (KIP-595, KIP-630).
 *
 * A node that is among the voters votes and may lead; any other one observes: it follows and never votes. A cluster of
 * one is a quorum of one voter, which needs no network.
 *
 * `open` reads the disk; requests of other nodes may come from then on and wait until `start`.
 */
import type { FetchRequest, fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import type { VoteRequest, voteResponse } from '../../../protocol/messages/52-vote.ts';
import type {
  BeginQuorumEpochRequest,
  beginQuorumEpochResponse,
} from '../../../protocol/messages/53-begin-quorum-epoch.ts';
import type {
  EndQuorumEpochRequest,
  endQuorumEpochResponse,
} from '../../../protocol/messages/54-end-quorum-epoch.ts';
import type {
  DescribeQuorumRequest,
  describeQuorumResponse,
} from '../../../protocol/messages/55-describe-quorum.ts';
import type {
  FetchSnapshotRequest,
  fetchSnapshotResponse,
} from '../../../protocol/messages/59-fetch-snapshot.ts';
import type { Encodable } from '../../../protocol/schema/notation.ts';
import type { LogDirectory } from '../../log/log-directories.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import type { QuorumStatus } from '../quorum/quorum.ts';
import type { QuorumTimeouts } from '../quorum/quorum-effects.ts';
import type { QuorumAnswer, QuorumRequest } from '../quorum/quorum-messages.ts';
import { AppendQueue, notLeader } from './append-queue.ts';
import { CommittedRecords } from './committed-records.ts';
import { describeQuorum } from './describe-quorum.ts';
import { type ClusterAnswer, clusterAnswer } from './first-contact.ts';
import { Joining } from './joining.ts';
import type { MetadataLog, MetadataLogListener, MetadataSnapshotId } from './metadata-log.ts';
import { MetadataStorage } from './metadata-storage.ts';
import { type Notice, QuorumDriver } from './quorum-driver.ts';
import { QuorumFigures } from './quorum-figures.ts';
import { QuorumService } from './quorum-service.ts';
import { NO_DIRECTORY_ID } from './quorum-state-file.ts';
import { SnapshotFetches } from './snapshot-fetch.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import { VoterClient } from './voter-client.ts';

/** An entry of `controller.quorum.voters`. */
export interface QuorumVoter {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface ReplicatedMetadataLogOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  /** The first log directory. */
  readonly directory: Pick<LogDirectory, 'path' | 'wasCleanShutdown' | 'directoryId'>;
  readonly nodeId: number;
  /** Empty: a cluster of one, whose voter is this node. */
  readonly voters: readonly QuorumVoter[];
  readonly clusterId: string;
  readonly timeouts: QuorumTimeouts;
  /** What the voters' addresses are called in answers. Default `CONTROLLER`. */
  readonly controllerListenerName?: string;
  /** This voter's disk is new, and the cluster has a past: see first-contact.ts. Default false. */
  readonly joins?: boolean;
  /** The log can no longer be trusted or written: end the process with this message. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

/** For metrics. */
export interface MetadataLogStatus extends QuorumStatus {
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  /** Everything before it was told to the listener. */
  readonly toldOffset: number;
  /** When the newest record that was told was appended, in wall time; 0 before any. */
  readonly toldAppendedMs: number;
  readonly newestSnapshot: MetadataSnapshotId | null;
  /** A voter on a new disk that does not vote yet. */
  readonly isJoining: boolean;
}

/** How long a leader that stops waits for the others to hear of it. */
const HANDOVER_MS = 500;

export class ReplicatedMetadataLog implements MetadataLog {
  readonly figures: QuorumFigures;
  readonly #options: ReplicatedMetadataLogOptions;
  readonly #voters: readonly QuorumVoter[];
  readonly #storage: MetadataStorage;
  readonly #appends = new AppendQueue();
  readonly #client: VoterClient;
  readonly #driver: QuorumDriver;
  readonly #service: QuorumService;
  readonly #snapshots: SnapshotWriter;
  readonly #joining: Joining | null;
  #listener: MetadataLogListener | null = null;
  #committed: CommittedRecords | null = null;
  #leader: { readonly epoch: number; readonly leaderId: number | null };
  /** While this node leads. */
  #leading: { readonly epoch: number; readonly epochStartOffset: number; isActive: boolean } | null = null;
  /** Who heard, or could not be reached, since this leader resigned. */
  #handedOverTo = new Set<number>();
  #hasStopped = false;
  #onHandedOver: () => void = () => undefined;

  /** Throws StartFailure, CorruptLogError or DiskError. */
  static async open(options: ReplicatedMetadataLogOptions): Promise<ReplicatedMetadataLog> {
    const storage = await MetadataStorage.open(options);
    const hasPast = storage.state !== null || storage.endOffset() > 0;
    if (options.joins === true && !hasPast) {
      storage.persist({ epoch: 0, leaderId: null, votedId: null }, true);
      await storage.sync();
    }
    return new ReplicatedMetadataLog(options, storage);
  }

  private constructor(options: ReplicatedMetadataLogOptions, storage: MetadataStorage) {
    const { platform, logger, nodeId, clusterId, timeouts } = options;
    this.#options = options;
    this.#storage = storage;
    this.figures = new QuorumFigures(platform.clock);
    const self = { id: nodeId, host: 'localhost', port: 0 };
    const voters = options.voters.length === 0 ? [self] : options.voters;
    this.#voters = voters;
    const voterIds = voters.map(({ id }) => id);
    const isJoining = storage.state?.isJoining === true && voterIds.includes(nodeId);
    const { directoryId } = options.directory;
    const newClient = (): VoterClient =>
      new VoterClient({
        ...{ platform, logger, nodeId, clusterId, voters, timeoutMs: timeouts.requestTimeoutMs },
        listenerName: this.#listenerName,
        directoryId: () => (this.#driver.isJoining ? directoryId : NO_DIRECTORY_ID),
        onRefused: (id) => {
          this.#driver.input((quorum, nowMs) => {
            quorum.peerUnreachable(id, nowMs);
          });
        },
      });
    this.#client = newClient();
    this.#driver = new QuorumDriver({
      ...{ platform, logger, storage, localId: nodeId, voterIds, timeouts, isJoining },
      onFatal: (message, cause) => {
        this.#lost();
        options.onFatal(message, cause);
      },
      appends: this.#appends,
      send: (to, request) => this.#send(to, request),
      fetchSnapshot: (leaderId, epoch, id) => {
        fetches.fetch(leaderId, epoch, id);
      },
      notice: (notice) => {
        this.#notice(notice);
      },
      onFetched: (records) => this.figures.fetched(records),
    });
    const { disk } = platform;
    const fetches = new SnapshotFetches({
      ...{ disk, logger, directory: storage.log.directory, client: this.#client, driver: this.#driver },
    });
    this.#service = new QuorumService({ driver: this.#driver, storage, disk, clusterId, voters });
    this.#snapshots = new SnapshotWriter({ platform, logger, storage });
    this.#joining = isJoining
      ? new Joining({
          ...{ platform, logger, storage, voterIds, driver: this.#driver, localId: nodeId },
          client: newClient(),
        })
      : null;
    this.#leader = { epoch: this.#driver.status.epoch, leaderId: null };
  }

  // What the controller uses.

  start(listener: MetadataLogListener): Promise<void> {
    const { disk } = this.#options.platform;
    this.#listener = listener;
    this.#committed = new CommittedRecords(this.#storage, disk, listener);
    const { newestSnapshot } = this.#storage;
    if (newestSnapshot !== null) this.#committed.tellSnapshot(newestSnapshot);
    this.figures.leaderIs(null);
    this.#driver.start();
    this.#joining?.start();
    return Promise.resolve();
  }

  get leader(): { readonly epoch: number; readonly leaderId: number | null } {
    return this.#leader;
  }

  append(epoch: number, batches: readonly (readonly Buffer[])[]): Promise<number> {
    const leading = this.#leading;
    if (this.#driver.isHalted || leading?.isActive !== true || leading.epoch !== epoch) {
      return Promise.reject(notLeader());
    }
    const appended = this.#appends.add(epoch, batches, this.#options.platform.clock.wallMs());
    const committed = this.figures.appends(batches.reduce((sum, { length }) => sum + length, 0));
    this.#driver.wake();
    return appended.then((baseOffset) => {
      committed();
      return baseOffset;
    });
  }

  async writeSnapshot(id: MetadataSnapshotId, records: Iterable<readonly Buffer[]>): Promise<void> {
    const committed = this.#committed;
    if (committed === null || id.offset > committed.toldOffset) {
      throw new RangeError(`offset ${String(id.offset)} is not known to be committed`);
    }
    const epoch = this.#storage.epochBefore(id.offset) ?? id.epoch;
    if (epoch !== id.epoch) throw new RangeError(`offset ${String(id.offset)} is of epoch ${String(epoch)}`);
    const { toldBytes } = committed;
    const isWritten = await this.#snapshots.write(id, records, () => this.#driver.isHalted);
    if (isWritten) committed.noteSnapshot(toldBytes);
  }

  get bytesSinceSnapshot(): number {
    return this.#committed?.bytesSinceSnapshot ?? 0;
  }

  /** Resolves when this node is no voter on a new disk that does not vote yet. */
  hasItsVote(): Promise<void> {
    return this.#joining?.done ?? Promise.resolve();
  }

  async stop(): Promise<void> {
    if (!this.#driver.isHalted && this.#leading !== null && this.#voters.length > 1) await this.#handOver();
    this.#joining?.stop();
    this.#driver.halt();
    this.#client.close();
    await this.#snapshots.stop();
    await this.#storage.close();
    this.#hasStopped = true;
  }

  /** After `stop`: everything is on the device, and the next start may trust it without a look. */
  get closedCleanly(): boolean {
    return this.#hasStopped && !this.#storage.log.isOffline;
  }

  // What other nodes ask on the controller listener.

  /** Fetch (1): of the metadata log only. */
  metadataFetch(request: FetchRequest, apiVersion: number): Promise<Encodable<typeof fetchResponse>> {
    return this.#service.fetch(request, apiVersion);
  }

  vote(request: VoteRequest): Promise<Encodable<typeof voteResponse>> {
    return this.#service.vote(request);
  }

  beginQuorumEpoch(request: BeginQuorumEpochRequest): Promise<Encodable<typeof beginQuorumEpochResponse>> {
    return this.#service.beginQuorumEpoch(request);
  }

  endQuorumEpoch(request: EndQuorumEpochRequest): Promise<Encodable<typeof endQuorumEpochResponse>> {
    return this.#service.endQuorumEpoch(request);
  }

  describeQuorum(request: DescribeQuorumRequest): Encodable<typeof describeQuorumResponse> {
    return describeQuorum(request, {
      status: this.#driver.status,
      logEndOffset: this.#storage.endOffset(),
      voters: this.#voters,
      listenerName: this.#listenerName,
      clock: this.#options.platform.clock,
    });
  }

  fetchSnapshot(request: FetchSnapshotRequest): Encodable<typeof fetchSnapshotResponse> {
    return this.#service.fetchSnapshot(request);
  }

  /** What DescribeCluster for controllers says of cluster and id (first-contact.ts). */
  get clusterAnswer(): ClusterAnswer {
    const { epoch } = this.#driver.status;
    const hasPast =
      this.#voters.length === 1 || this.#driver.isJoining || epoch > 0 || this.#storage.endOffset() > 0;
    return clusterAnswer(this.#options.clusterId, hasPast ? 'has a past' : 'formatted');
  }

  get status(): MetadataLogStatus {
    return {
      ...this.#driver.status,
      logStartOffset: this.#storage.startOffset(),
      logEndOffset: this.#storage.endOffset(),
      toldOffset: this.#committed?.toldOffset ?? 0,
      toldAppendedMs: this.#committed?.toldAppendedMs ?? 0,
      newestSnapshot: this.#storage.newestSnapshot,
      isJoining: this.#driver.isJoining,
    };
  }

  get #listenerName(): string {
    return this.#options.controllerListenerName ?? 'CONTROLLER';
  }

  // What the core says.

  #notice(notice: Notice): void {
    const listener = this.#listener;
    const committed = this.#committed;
    if (listener === null || committed === null) throw new Error('nothing happens before the start');
    switch (notice.kind) {
      case 'leaderChanged': {
        const { epoch, leaderId } = notice;
        this.figures.leaderIs(leaderId);
        if (epoch === this.#leader.epoch && leaderId === this.#leader.leaderId) return;
        this.#leader = { epoch, leaderId };
        return listener.leaderChanged(epoch, leaderId);
      }
      case 'becameLeader':
        this.#leading = { epoch: notice.epoch, epochStartOffset: notice.epochStartOffset, isActive: false };
        return;
      case 'lostLeadership':
        return this.#lost();
      case 'snapshotInstalled':
        return committed.tellSnapshot(notice.snapshotId);
      case 'highWatermark':
        committed.tellUpTo(notice.offset);
        this.#appends.told(committed.toldOffset);
        return this.#activate(committed.toldOffset);
    }
  }

  #lost(): void {
    const leading = this.#leading;
    this.#leading = null;
    this.#appends.lost();
    if (leading?.isActive === true) this.#listener?.lostLeadership(leading.epoch);
  }

  #activate(toldOffset: number): void {
    const leading = this.#leading;
    if (leading === null || leading.isActive || toldOffset <= leading.epochStartOffset) return;
    leading.isActive = true;
    this.#listener?.becameActive(leading.epoch);
  }

  async #send(to: number, request: QuorumRequest): Promise<QuorumAnswer<Buffer> | null> {
    const answer = await this.#client.ask(to, request);
    if (request.kind === 'endQuorumEpoch') {
      this.#handedOverTo.add(to);
      this.#onHandedOver();
    }
    return answer;
  }

  /** Resigns, and waits until all that can be reached know it. */
  #handOver(): Promise<void> {
    this.#handedOverTo = new Set();
    this.#driver.input((quorum, nowMs) => {
      quorum.resign(nowMs);
    });
    return new Promise((resolve) => {
      const cancel = this.#options.platform.timers.after(HANDOVER_MS, resolve);
      this.#onHandedOver = () => {
        if (this.#handedOverTo.size < this.#voters.length - 1) return;
        cancel();
        resolve();
      };
    });
  }
}
