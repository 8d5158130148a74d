/**
 * ConsumerGroupDescribe 0-1: state, epochs, members and assignments of groups of the consumer protocol (KIP-848); a classic
 * group is GROUP_ID_NOT_FOUND here. 1 adds by which protocol a member speaks (KIP-1099).
 */
import {
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
} from '../../protocol/messages/69-consumer-group-describe.ts';
import { defineApi } from './api-handler.ts';
import { GROUP_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';

export const consumerGroupDescribe = defineApi({
  request: consumerGroupDescribeRequest,
  response: consumerGroupDescribeResponse,
  minVersion: 0,
  maxVersion: 1,
  handle({ groupIds, includeAuthorizedOperations }, _context, { groupCoordinator }) {
    const authorizedOperations = includeAuthorizedOperations ? GROUP_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
    const described = groupCoordinator.describeConsumerGroups(groupIds);
    return { groups: described.map((group) => ({ ...group, authorizedOperations })) };
  },
});
