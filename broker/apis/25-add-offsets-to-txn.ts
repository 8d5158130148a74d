/**
 * AddOffsetsToTxn 0-4: a producer announces that it commits offsets of a group in its transaction (KIP-98): the partition
 * of __consumer_offsets that keeps the group gets a marker, too. Up to version 1 a fenced producer is told
 * INVALID_PRODUCER_EPOCH (KIP-588).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  addOffsetsToTxnRequest,
  addOffsetsToTxnResponse,
} from '../../protocol/messages/25-add-offsets-to-txn.ts';
import { OFFSETS_TOPIC } from '../controller/topic-name.ts';
import { partitionOfKey } from '../coordinator/runtime/key-partition.ts';
import { defineApi } from './api-handler.ts';
import { fencedCode } from './transaction-answers.ts';

const FIRST_VERSION_OF_FENCED = 2;

export const addOffsetsToTxn = defineApi({
  request: addOffsetsToTxnRequest,
  response: addOffsetsToTxnResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, { apiVersion }, services) {
    const { transactionalId, producerId, producerEpoch, groupId } = request;
    const topic = services.image().topicsByName.get(OFFSETS_TOPIC);
    if (topic === undefined) return { errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE };
    const partition = partitionOfKey(groupId, topic.partitions.size);
    const errorCode = await services.transactionCoordinator.addPartitions({
      ...{ transactionalId, producerId: Number(producerId), producerEpoch },
      partitions: new Map([[OFFSETS_TOPIC, new Set([partition])]]),
      clientTransactionVersion: 0,
    });
    return { errorCode: fencedCode(errorCode, apiVersion >= FIRST_VERSION_OF_FENCED) };
  },
});
