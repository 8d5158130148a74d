/**
 * Asks the voters what the quorum core wants to know. Nothing here rejects: an answer that says nothing, or none, is null.
 */
import { addressText } from '../../../kafka-client/address.ts';
import { ErrorCode } from '../../../protocol/errors.ts';
import { fetchSnapshotRequest, fetchSnapshotResponse } from '../../../protocol/messages/59-fetch-snapshot.ts';
import type { FetchSnapshotResponse } from '../../../protocol/messages/59-fetch-snapshot.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import { TransportError } from '../../platform/transport.ts';
import type { FetchAnswer, FetchRequest, QuorumAnswer, QuorumRequest } from '../quorum/quorum-messages.ts';
import { METADATA_TOPIC } from '../topic-name.ts';
import type { MetadataSnapshotId } from './metadata-log.ts';
import type { QuorumVoter } from './replicated-metadata-log.ts';
import { JOINS } from './quorum-service.ts';
import { VoterLinks } from './voter-links.ts';
import * as wire from './wire-requests.ts';

export interface VoterClientOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly nodeId: number;
  readonly clusterId: string;
  readonly voters: readonly QuorumVoter[];
  readonly timeoutMs: number;
  readonly listenerName: string;
  /** Under which this node fetches: zero for a voter and for who is none. */
  readonly directoryId: () => string;
  /** Nobody listens at that voter's address. */
  readonly onRefused: (voterId: number) => void;
}

const fetchSnapshotApi = { request: fetchSnapshotRequest, response: fetchSnapshotResponse };
const SAY_EVERY_MS = 10_000;

export class VoterClient {
  readonly #options: VoterClientOptions;
  readonly #links: VoterLinks;
  #saidMs = -Infinity;

  constructor(options: VoterClientOptions) {
    const { platform, nodeId, voters, timeoutMs, onRefused } = options;
    this.#options = options;
    this.#links = new VoterLinks({
      ...{ timeoutMs, onRefused, transport: platform.transport },
      clientId: `raft-client-${String(nodeId)}`,
      addressOf: (id) => voters.find((voter) => voter.id === id) ?? null,
    });
  }

  close(): void {
    this.#links.close();
  }

  async ask(to: number, request: QuorumRequest): Promise<QuorumAnswer<Buffer> | null> {
    switch (request.kind) {
      case 'vote': {
        const body = wire.voteBody(request, this.#speaker());
        return this.#try(to, async () => wire.voteAnswer(await this.#links.call(to, wire.voteApi, body)));
      }
      case 'beginQuorumEpoch': {
        const body = wire.beginQuorumEpochBody(request, this.#speaker());
        return this.#try(to, async () => {
          return wire.epochAnswer(request.kind, await this.#links.call(to, wire.beginQuorumEpochApi, body));
        });
      }
      case 'endQuorumEpoch': {
        const body = wire.endQuorumEpochBody(request, this.#speaker());
        return this.#try(to, async () => {
          return wire.epochAnswer(request.kind, await this.#links.call(to, wire.endQuorumEpochApi, body));
        });
      }
      case 'fetch':
        return this.fetch(to, request);
    }
  }

  async fetch(to: number, request: FetchRequest): Promise<FetchAnswer<Buffer> | null> {
    const answer = await this.fetchUnlessNew(to, request);
    return answer === 'joins' ? null : answer;
  }

  /** 'joins': the disk of that voter is new, and it says nothing that counts. */
  fetchUnlessNew(to: number, request: FetchRequest): Promise<FetchAnswer<Buffer> | 'joins' | null> {
    const body = wire.fetchBody(request, this.#speaker());
    return this.#try(to, async () => {
      const response = await this.#links.call(to, wire.fetchApi, body);
      if (response.errorCode === ErrorCode.INCONSISTENT_CLUSTER_ID) this.#sayStranger(to);
      if (response.errorCode === JOINS) return 'joins';
      return wire.fetchAnswer(response, request);
    });
  }

  /** A piece from `position` on. Null, too, when nothing came of it. */
  fetchSnapshot(
    to: number,
    epoch: number,
    id: MetadataSnapshotId,
    { position, maxBytes }: { readonly position: number; readonly maxBytes: number },
  ): Promise<FetchSnapshotResponse | null> {
    const { nodeId: replicaId, clusterId } = this.#options;
    const partition = {
      partition: wire.METADATA_PARTITION,
      currentLeaderEpoch: epoch,
      snapshotId: { endOffset: BigInt(id.offset), epoch: id.epoch },
      position: BigInt(position),
      replicaDirectoryId: this.#options.directoryId(),
    };
    const topics = [{ name: METADATA_TOPIC, partitions: [partition] }];
    const body = { clusterId, replicaId, maxBytes, topics };
    return this.#try(to, () => this.#links.call(to, fetchSnapshotApi, body));
  }

  async #try<T>(to: number, call: () => Promise<T | null>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof TransportError) return null;
      this.#options.logger.error(`Voter ${String(to)} could not be asked`, error);
      return null;
    }
  }

  #speaker(): wire.Speaker {
    const { clusterId, listenerName, voters, nodeId, directoryId } = this.#options;
    const voter = voters.find(({ id }) => id === nodeId) ?? null;
    return { clusterId, listenerName, voter, directoryId: directoryId() };
  }

  #sayStranger(to: number): void {
    const { platform, logger, clusterId, voters } = this.#options;
    const nowMs = platform.clock.monotonicMs();
    if (nowMs - this.#saidMs < SAY_EVERY_MS) return;
    this.#saidMs = nowMs;
    const address = voters.find(({ id }) => id === to);
    logger.error(
      `Controller ${String(to)} at ${address === undefined ? '?' : addressText(address)} belongs to another cluster than this node (${clusterId}): correct controller.quorum.voters, or move the log directory of the one that is wrong away.`,
    );
  }
}
