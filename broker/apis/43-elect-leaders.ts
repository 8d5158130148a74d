/**
 * ElectLeaders 0-2: gives leadership to the preferred replicas, or to any live one, of some partitions or of all (KIP-183,
 * KIP-460). 1 added the type of election and an error of the whole, 2 is the compact encoding.
 */
import { electLeadersRequest, electLeadersResponse } from '../../protocol/messages/43-elect-leaders.ts';
import type { ElectLeadersAnswer, ElectLeadersRequest } from '../controller/elect-leaders.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

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

export const electLeaders = defineControllerApi({
  request: electLeadersRequest,
  response: electLeadersResponse,
  minVersion: 0,
  maxVersion: 2,
  answeredBy: 'controller',
  failed: ({ topicPartitions }, errorCode) => refused(topicPartitions, refusalWith(errorCode)),
  async handle({ electionType, topicPartitions }, _context, { controller }) {
    try {
      return answer(await controller.electLeaders({ electionType, topicPartitions }));
    } catch (error) {
      return refused(topicPartitions, refusalOf(error));
    }
  },
});
