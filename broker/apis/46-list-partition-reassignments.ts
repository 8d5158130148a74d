/** ListPartitionReassignments 0: the moves of replicas that are under way (KIP-455). */
import {
  listPartitionReassignmentsRequest,
  listPartitionReassignmentsResponse,
} from '../../protocol/messages/46-list-partition-reassignments.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

function refused(refusal: Refusal) {
  return { ...refusal, topics: [] };
}

export const listPartitionReassignments = defineControllerApi({
  request: listPartitionReassignmentsRequest,
  response: listPartitionReassignmentsResponse,
  minVersion: 0,
  maxVersion: 0,
  answeredBy: 'controller',
  failed: (_request, errorCode) => refused(refusalWith(errorCode)),
  handle({ topics }, _context, { controller }) {
    try {
      return { errorCode: 0, errorMessage: null, topics: controller.listReassignments(topics) };
    } catch (error) {
      return refused(refusalOf(error));
    }
  },
});
