/**
 * AlterPartitionReassignments 0-1: moves partitions to other replicas, or gives such a move up (KIP-455). 1 says whether
 * the number of replicas may change (KIP-860).
 */
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from '../../protocol/messages/45-alter-partition-reassignments.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';
import { refusedToClient } from './refused-changes.ts';

function refused(refusal: Refusal) {
  return { ...refusal, responses: [] };
}

export const alterPartitionReassignments = defineControllerApi({
  request: alterPartitionReassignmentsRequest,
  response: alterPartitionReassignmentsResponse,
  minVersion: 0,
  maxVersion: 1,
  answeredBy: 'controller',
  failed: (_request, errorCode) => refused(refusalWith(errorCode)),
  async handle({ topics, allowReplicationFactorChange }, context, { controller, refusedChanges }) {
    try {
      const answer = await controller.alterReassignments({ topics, allowReplicationFactorChange });
      const changes = answer.responses.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, errorCode, errorMessage }) => {
          return { what: `${name}-${String(partitionIndex)}`, errorCode, reason: errorMessage };
        }),
      );
      refusedChanges.ofClients.tell(refusedToClient('AlterPartitionReassignments', context, changes));
      return { ...answer, allowReplicationFactorChange };
    } catch (error) {
      return refused(refusalOf(error));
    }
  },
});
