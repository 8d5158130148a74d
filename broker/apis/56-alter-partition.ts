/**
 * AlterPartition 2-3: the leader of partitions proposes new in-sync replicas (KIP-497). 2 names topics by id (KIP-841), 3
 * the members with their broker epochs (KIP-903). Between nodes only.
 */
import { alterPartitionRequest, alterPartitionResponse } from '../../protocol/messages/56-alter-partition.ts';
import type { AlterPartitionAnswer, IsrMember } from '../controller/alter-partition.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';
import { type RefusedChange, refusedToBroker } from './refused-changes.ts';

const FIRST_VERSION_WITH_BROKER_EPOCHS = 3;
const NOT_CHECKED = -1;

/** Without those that only come too late: who leads, and in which epoch, is on its way to the sender. */
function refusedProposals(
  { errorCode, topics }: AlterPartitionAnswer,
  nameOf: (topicId: string) => string,
): RefusedChange[] {
  if (errorCode !== 0)
    return [{ what: 'in-sync replicas', errorCode, reason: 'Its registration is another.' }];
  return topics.flatMap(({ topicId, partitions }) =>
    partitions.flatMap((partition) =>
      partition.refusal === null
        ? []
        : [
            {
              what: `${nameOf(topicId)}-${String(partition.partitionIndex)}`,
              errorCode: partition.errorCode,
              reason: partition.refusal,
            },
          ],
    ),
  );
}

export const alterPartition = defineControllerApi({
  request: alterPartitionRequest,
  response: alterPartitionResponse,
  minVersion: 2,
  maxVersion: 3,
  async handle({ brokerId, brokerEpoch, topics }, { apiVersion }, services) {
    const { controller, refusedChanges } = services;
    const withEpochs = apiVersion >= FIRST_VERSION_WITH_BROKER_EPOCHS;
    try {
      const answer = await controller.alterPartition({
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
      const { topicsById } = services.image();
      const refused = refusedProposals(answer, (topicId) => topicsById.get(topicId)?.name ?? topicId);
      refusedChanges.ofBrokers.tell(refusedToBroker('AlterPartition', brokerId, refused));
      return answer;
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode, topics: [] };
    }
  },
});
