/**
 * ElectLeaders 0-2: gives leadership to the preferred replicas, or to any live one, of some partitions or of all (KIP-183,
 * KIP-460). 1 added the type of election and an error of the whole, 2 is the compact encoding.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { electLeadersRequest, electLeadersResponse } from '../../protocol/messages/43-elect-leaders.ts';
import type { ElectLeadersAnswer, ElectLeadersRequest } from '../controller/elect-leaders.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';
import { type RefusedChange, refusedToClient } from './refused-changes.ts';

function answer({ errorCode, results }: Pick<ElectLeadersAnswer, 'errorCode' | 'results'>) {
  return {
    errorCode,
    replicaElectionResults: results.map(({ topic, partitions }) => ({ topic, partitionResult: partitions })),
  };
}

/** Version 0 has no error of the whole, so it stands at each partition, too. */
function refused(asked: ElectLeadersRequest['topicPartitions'], refusal: Refusal) {
  const results = (asked ?? []).map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((partitionId) => ({ partitionId, ...refusal })),
  }));
  return answer({ errorCode: refusal.errorCode, results });
}

/** Who leads already is no refusal. */
function refusedElections({ errorCode, errorMessage, results }: ElectLeadersAnswer): RefusedChange[] {
  if (errorCode !== 0) return [{ what: 'the election', errorCode, reason: errorMessage }];
  return results.flatMap(({ topic, partitions }) =>
    partitions
      .filter((partition) => partition.errorCode !== ErrorCode.ELECTION_NOT_NEEDED)
      .map((partition) => ({
        what: `${topic}-${String(partition.partitionId)}`,
        errorCode: partition.errorCode,
        reason: partition.errorMessage,
      })),
  );
}

export const electLeaders = defineControllerApi({
  request: electLeadersRequest,
  response: electLeadersResponse,
  minVersion: 0,
  maxVersion: 2,
  answeredBy: 'controller',
  failed: ({ topicPartitions }, errorCode) => refused(topicPartitions, refusalWith(errorCode)),
  async handle({ electionType, topicPartitions }, context, { controller, refusedChanges }) {
    try {
      const elected = await controller.electLeaders({ electionType, topicPartitions });
      refusedChanges.ofClients.tell(refusedToClient('ElectLeaders', context, refusedElections(elected)));
      return answer(elected);
    } catch (error) {
      return refused(topicPartitions, refusalOf(error));
    }
  },
});
