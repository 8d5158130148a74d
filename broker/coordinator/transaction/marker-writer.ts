/**
 * Writes the markers that a transaction coordinator asks for into partitions that this broker leads (WriteTxnMarkers), each
 * on its own: one that cannot be written now does not keep the others. In __consumer_offsets the group coordinator
 * writes it, because offsets that were committed in the transaction count from then on.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { OFFSETS_TOPIC } from '../../controller/topic-name.ts';
import type { EndTransactionInPartition } from '../../replication/replica-requests.ts';
import type { TransactionMarker } from '../runtime/transactional-batch.ts';
import type { MarkersRequest, MarkersResponse } from './marker-sender.ts';

export interface MarkerWriterOptions {
  readonly replicaManager: {
    endTransaction(request: EndTransactionInPartition): Promise<{ readonly errorCode: number }>;
  };
  readonly groupCoordinator: {
    /** Resolves with the error code. */
    endTransaction(partition: number, marker: TransactionMarker): Promise<number>;
  };
  /** How long the in-sync replicas may take. */
  readonly timeoutMs: () => number;
}

export class MarkerWriter {
  readonly #options: MarkerWriterOptions;

  constructor(options: MarkerWriterOptions) {
    this.#options = options;
  }

  async write(request: MarkersRequest): Promise<MarkersResponse> {
    const markers = await Promise.all(
      request.markers.map(async ({ topics, producerId, ...end }) => {
        const marker: TransactionMarker = {
          producerId: Number(producerId),
          producerEpoch: end.producerEpoch,
          coordinatorEpoch: end.coordinatorEpoch,
          committed: end.transactionResult,
          transactionVersion: end.transactionVersion,
        };
        const written = topics.map(({ name, partitionIndexes }) =>
          this.#inTopic(name, partitionIndexes, marker),
        );
        return { producerId, topics: await Promise.all(written) };
      }),
    );
    return { markers };
  }

  async #inTopic(
    name: string,
    partitionIndexes: readonly number[],
    marker: TransactionMarker,
  ): Promise<MarkersResponse['markers'][number]['topics'][number]> {
    const partitions = partitionIndexes.map(async (partitionIndex) => ({
      partitionIndex,
      errorCode: await this.#inPartition(name, partitionIndex, marker),
    }));
    return { name, partitions: await Promise.all(partitions) };
  }

  async #inPartition(topic: string, partition: number, marker: TransactionMarker): Promise<number> {
    const { replicaManager, groupCoordinator, timeoutMs } = this.#options;
    if (topic === OFFSETS_TOPIC)
      return asLeaderError(await groupCoordinator.endTransaction(partition, marker));
    const request = { ...marker, topic, partition, timeoutMs: timeoutMs() };
    return (await replicaManager.endTransaction(request)).errorCode;
  }
}

/** The sender knows partitions and their leaders, not groups. */
function asLeaderError(errorCode: number): number {
  switch (errorCode) {
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.NOT_COORDINATOR:
      return ErrorCode.NOT_LEADER_OR_FOLLOWER;
    default:
      return errorCode;
  }
}
