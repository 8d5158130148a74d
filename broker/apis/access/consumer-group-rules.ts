/**
 * Rules of the APIs of consumer groups (KIP-848): a member READs its group, and DESCRIBEs the topics that it names; of those
 * that a pattern finds it gets what it may DESCRIBE. A group is described to who may DESCRIBE it and all topics that its
 * members read.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import {
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
} from '../../../protocol/messages/68-consumer-group-heartbeat.ts';
import {
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
} from '../../../protocol/messages/69-consumer-group-describe.ts';
import type { Encodable } from '../../../protocol/schema/notation.ts';
import { AclOperation, ResourceType } from '../../security/acl/acl.ts';
import type { Access } from '../../security/acl/authorizer.ts';
import { allowedAmong, GROUP_OPERATIONS } from '../authorized-operations.ts';
import { completed, rule, split } from './access-rule.ts';

const TOPICS_REFUSED = 'The group has described topic(s) that the client is not authorized to describe.';

function maySee(asker: Access): (topic: string) => boolean {
  return (topic) => asker.may(AclOperation.DESCRIBE, ResourceType.TOPIC, topic);
}

const heartbeat = rule(
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
  (request, asker, serve) => {
    if (!asker.may(AclOperation.READ, ResourceType.GROUP, request.groupId))
      return { errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED };
    const mayRead = maySee(asker);
    if (!(request.subscribedTopicNames ?? []).every(mayRead))
      return { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED };
    return serve(request, { mayRead });
  },
);

type Described = NonNullable<Encodable<typeof consumerGroupDescribeResponse>['groups']>[number];

function topicsOf(group: Described): string[] {
  return (group.members ?? []).flatMap(({ assignment, targetAssignment }) =>
    [assignment, targetAssignment].flatMap((each) =>
      (each?.topicPartitions ?? []).map(({ topicName = '' }) => topicName),
    ),
  );
}

const describe = rule(
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
  (request, asker, serve) => {
    const mayOn = (operation: AclOperation, group: string): boolean =>
      asker.may(operation, ResourceType.GROUP, group);
    const { allowed, refused } = split(request.groupIds, (id) => mayOn(AclOperation.DESCRIBE, id));
    const shown = (group: Described): Described => {
      const { groupId = '' } = group;
      if (!topicsOf(group).every(maySee(asker))) {
        const errorCode = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
        return { groupId, errorCode, errorMessage: TOPICS_REFUSED };
      }
      if (!request.includeAuthorizedOperations) return group;
      const authorizedOperations = allowedAmong(GROUP_OPERATIONS, (operation) => mayOn(operation, groupId));
      return { ...group, authorizedOperations };
    };
    return completed(serve({ ...request, groupIds: allowed }), (answer) => ({
      ...answer,
      groups: [
        ...(answer.groups ?? []).map(shown),
        ...refused.map((groupId) => ({ groupId, errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED })),
      ],
    }));
  },
);

export const consumerGroupRules = [heartbeat, describe];
