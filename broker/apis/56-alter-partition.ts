/**
 * AlterPartition 2-3: the leader of partitions proposes new in-sync replicas (KIP-497). 2 names topics by id (KIP-841), 3
 * the members with their broker epochs (KIP-903). Between nodes only.
 */
import { alterPartitionRequest, alterPartitionResponse } from '../../protocol/messages/56-alter-partition.ts';
import type { IsrMember } from '../controller/alter-partition.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

const FIRST_VERSION_WITH_BROKER_EPOCHS = 3;
const NOT_CHECKED = -1;

export const alterPartition = defineControllerApi({
  request: alterPartitionRequest,
  response: alterPartitionResponse,
  minVersion: 2,
  maxVersion: 3,
  async handle({ brokerId, brokerEpoch, topics }, { apiVersion }, { controller }) {
    const withEpochs = apiVersion >= FIRST_VERSION_WITH_BROKER_EPOCHS;
    try {
      return await controller.alterPartition({
        brokerId,
        brokerEpoch: Number(brokerEpoch),
        topics: topics.map(({ topicId, partitions }) => ({
          topicId,
          partitions: partitions.map(({ newIsr, newIsrWithEpochs, ...partition }) => ({
            ...partition,
            newIsr: withEpochs
              ? newIsrWithEpochs.map((member) => ({ ...member, brokerEpoch: Number(member.brokerEpoch) }))
              : newIsr.map((id): IsrMember => ({ brokerId: id, brokerEpoch: NOT_CHECKED })),
          })),
        })),
      });
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode, topics: [] };
    }
  },
});
