/**
 * How a node whose disk knows of no cluster finds out which one it belongs to, and whether that has a past: a voter that
 * lost its disk forgot what it acknowledged, and must not vote before it has it again (joining.ts).
 *
 * It asks the other voters with DescribeCluster over their controller listeners. One that took part in an election, or has
 * records, answers its cluster's id. One that has neither answers no id, and in the error message the one that it would
 * have: its own proposal while it is `fresh`, what was agreed on once it is `formatted`.
 *
 * - Any answer with a past: this voter joins that cluster.
 * - All others answer and none has a past: then nothing was ever committed, and all come to the same id: that of the first who is
 *   formatted, else the proposal of the first, in the order of ids.
 * - Anything else: wait. A node that is no voter waits for a cluster with a past.
 *
 * While it asks, this node must answer the same question: with `answer`, until the metadata log is open and does.
 *
 * A proposal is on the disk before anybody is told it: a node that dies in its first seconds and comes back proposes the same,
 * or those who asked before and after would come to two ids for one cluster.
 */
import { addressText } from '../../../kafka-client/address.ts';
import { join } from 'node:path';
import { ErrorCode } from '../../../protocol/errors.ts';
import {
  describeClusterRequest,
  type DescribeClusterResponse,
  describeClusterResponse,
} from '../../../protocol/messages/60-describe-cluster.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Disk, Platform } from '../../platform/platform.ts';
import { TransportError } from '../../platform/transport.ts';
import { StartFailure } from '../../start-failure.ts';
import type { QuorumTimeouts } from '../quorum/quorum-effects.ts';
import { randomUuid } from '../random-uuid.ts';
import { METADATA_TOPIC } from '../topic-name.ts';
import { QUORUM_STATE_FILE } from './quorum-state-file.ts';
import type { QuorumVoter } from './replicated-metadata-log.ts';
import { VoterLinks } from './voter-links.ts';

export interface FirstContactOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly nodeId: number;
  readonly voters: readonly QuorumVoter[];
  readonly timeouts: QuorumTimeouts;
  /** The first log directory. */
  readonly directoryPath: string;
  /** From meta.properties; null when there is none. */
  readonly clusterId: string | null;
}

/** `joins`: give it to ReplicatedMetadataLog.open. */
export interface FirstContactOutcome {
  readonly clusterId: string;
  readonly joins: boolean;
}

/** What DescribeCluster (endpointType 2) says of cluster and id. */
export interface ClusterAnswer {
  /** Empty as long as the cluster has no past. */
  readonly clusterId: string;
  /** Then the id that it would have. */
  readonly errorMessage: string | null;
}

type Standing = 'fresh' | 'formatted' | 'has a past';

const ROUND_MS = 100;
const SAY_EVERY_MS = 10_000;
const CONTROLLERS = 2;
const DESCRIBE_CLUSTER_VERSION = 1;
/** In the first log directory, until meta.properties is there. */
const PROPOSAL_FILE = 'proposed-cluster-id';
const NO_PAST = /^(fresh|formatted) ([A-Za-z0-9_-]{22})$/;

export function clusterAnswer(clusterId: string, standing: Standing): ClusterAnswer {
  if (standing === 'has a past') return { clusterId, errorMessage: null };
  return { clusterId: '', errorMessage: `${standing} ${clusterId}` };
}

/** The disk of a voter: of an election, of a snapshot, or of records. */
function hasPast(disk: Disk, folder: string): boolean {
  if (!disk.exists(folder)) return false;
  return disk.list(folder).some((name) => {
    if (name === QUORUM_STATE_FILE || name.endsWith('.checkpoint')) return true;
    return name.endsWith('.log') && disk.stat(join(folder, name)).sizeBytes > 0;
  });
}

/** What this node would call the cluster, the same at every start until there is one. */
async function proposal({ disk, random }: Platform, directoryPath: string): Promise<string> {
  const path = join(directoryPath, PROPOSAL_FILE);
  const kept = disk.exists(path) ? disk.readFile(path).toString('utf8').trim() : '';
  if (/^[A-Za-z0-9_-]{22}$/.test(kept)) return kept;
  const made = randomUuid(random);
  try {
    await disk.replaceFile(path, Buffer.from(`${made}\n`));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new StartFailure(
      `The log folder ${directoryPath} holds the cluster's metadata and cannot be used: ${error.message}`,
    );
  }
  return made;
}

interface Found {
  readonly standing: Standing;
  readonly clusterId: string;
}

export class FirstContact {
  readonly #options: FirstContactOptions;
  readonly #links: VoterLinks;
  readonly #others: readonly number[];
  readonly #isVoter: boolean;
  #self: Found;
  #isStopped = false;
  #saidMs = -Infinity;

  /** Throws StartFailure when the proposal cannot be kept. */
  static async open(options: FirstContactOptions): Promise<FirstContact> {
    const { platform, clusterId, directoryPath } = options;
    if (clusterId === null)
      return new FirstContact(options, {
        standing: 'fresh',
        clusterId: await proposal(platform, directoryPath),
      });
    const { disk } = platform;
    const leftOver = join(directoryPath, PROPOSAL_FILE);
    if (disk.exists(leftOver)) disk.removeFile(leftOver);
    return new FirstContact(options, { standing: 'formatted', clusterId });
  }

  private constructor(options: FirstContactOptions, self: Found) {
    const { platform, nodeId, voters, timeouts, directoryPath } = options;
    this.#options = options;
    this.#others = voters.map(({ id }) => id).filter((id) => id !== nodeId);
    this.#isVoter = this.#others.length < voters.length;
    const hasOwnPast = !this.#isVoter || hasPast(platform.disk, join(directoryPath, `${METADATA_TOPIC}-0`));
    this.#self = self.standing === 'formatted' && hasOwnPast ? { ...self, standing: 'has a past' } : self;
    this.#links = new VoterLinks({
      ...{ transport: platform.transport, timeoutMs: timeouts.requestTimeoutMs },
      clientId: `first-contact-${String(nodeId)}`,
      addressOf: (id) => voters.find((voter) => voter.id === id) ?? null,
      onRefused: () => undefined,
    });
  }

  get answer(): ClusterAnswer {
    return clusterAnswer(this.#self.clusterId, this.#self.standing);
  }

  /** Waits as long as it takes, saying in the log for whom; after `stop` it rejects. */
  async decide(): Promise<FirstContactOutcome> {
    const { platform } = this.#options;
    // The disk tells all, and nobody needs to be asked.
    if (this.#self.standing === 'has a past' || this.#others.length === 0) {
      return { clusterId: this.#self.clusterId, joins: false };
    }
    for (;;) {
      const found = new Map<number, Found>();
      await Promise.all(
        this.#others.map(async (id) => {
          const answer = await this.#ask(id);
          if (answer !== null) found.set(id, answer);
        }),
      );
      if (this.#isStopped) throw new Error('stopped before the cluster was found');
      const outcome = this.#outcome(found);
      if (outcome !== null) {
        this.#links.close();
        this.#self = { standing: outcome.joins ? 'has a past' : 'formatted', clusterId: outcome.clusterId };
        return outcome;
      }
      this.#say(this.#others.filter((id) => !found.has(id)));
      await new Promise<void>((resolve) => void platform.timers.after(ROUND_MS, resolve));
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#links.close();
  }

  #outcome(found: ReadonlyMap<number, Found>): FirstContactOutcome | null {
    const { nodeId } = this.#options;
    const withPast = [...found.values()].find(({ standing }) => standing === 'has a past');
    if (withPast !== undefined) return { clusterId: withPast.clusterId, joins: this.#isVoter };
    if (!this.#isVoter || found.size < this.#others.length) return null;
    const all = new Map(found).set(nodeId, this.#self);
    const inOrder = [...all].sort(([left], [right]) => left - right).map(([, one]) => one);
    const first = inOrder.find(({ standing }) => standing === 'formatted') ?? inOrder[0] ?? this.#self;
    return { clusterId: first.clusterId, joins: false };
  }

  async #ask(voterId: number): Promise<Found | null> {
    const api = { request: describeClusterRequest, response: describeClusterResponse };
    try {
      const body = { endpointType: CONTROLLERS };
      return foundIn(await this.#links.call(voterId, api, body, DESCRIBE_CLUSTER_VERSION));
    } catch (error) {
      if (error instanceof TransportError) return null;
      throw error;
    }
  }

  #say(silent: readonly number[]): void {
    const { platform, logger, voters } = this.#options;
    const nowMs = platform.clock.monotonicMs();
    if (this.#saidMs === -Infinity) this.#saidMs = nowMs;
    if (nowMs - this.#saidMs < SAY_EVERY_MS) return;
    this.#saidMs = nowMs;
    const names = voters
      .filter(({ id }) => silent.includes(id))
      .map((voter) => `${String(voter.id)} (${addressText(voter)})`);
    const whom =
      names.length === 0 ? 'the controllers to form the cluster' : `controller ${names.join(', ')}`;
    logger.info(`This node is new and waits for ${whom}, to know which cluster it belongs to.`);
  }
}

function foundIn({ errorCode, clusterId, errorMessage }: DescribeClusterResponse): Found | null {
  if (errorCode !== ErrorCode.NONE) return null;
  if (clusterId !== '') return { standing: 'has a past', clusterId };
  const match = NO_PAST.exec(errorMessage ?? '');
  if (match?.[2] === undefined) return null;
  return { standing: match[1] === 'fresh' ? 'fresh' : 'formatted', clusterId: match[2] };
}
