/** Rules of the APIs of groups: members READ their group and the topics whose offsets they commit; looking at either is to DESCRIBE it. */
import { ErrorCode } from '../../../protocol/errors.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../../protocol/messages/09-offset-fetch.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../../protocol/messages/10-find-coordinator.ts';
import { joinGroupRequest, joinGroupResponse } from '../../../protocol/messages/11-join-group.ts';
import { heartbeatRequest, heartbeatResponse } from '../../../protocol/messages/12-heartbeat.ts';
import { leaveGroupRequest, leaveGroupResponse } from '../../../protocol/messages/13-leave-group.ts';
import { syncGroupRequest, syncGroupResponse } from '../../../protocol/messages/14-sync-group.ts';
import {
  describeGroupsRequest,
  describeGroupsResponse,
} from '../../../protocol/messages/15-describe-groups.ts';
import { listGroupsRequest, listGroupsResponse } from '../../../protocol/messages/16-list-groups.ts';
import { deleteGroupsRequest, deleteGroupsResponse } from '../../../protocol/messages/42-delete-groups.ts';
import { offsetDeleteRequest, offsetDeleteResponse } from '../../../protocol/messages/47-offset-delete.ts';
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import type { Access } from '../../security/acl/authorizer.ts';
import { AclOperation, ResourceType } from '../../security/acl/acl.ts';
import { allowedAmong, GROUP_OPERATIONS } from '../authorized-operations.ts';
import { withNames } from '../offset-topics.ts';
import { adding, completed, mayOnCluster, rule, split, splitTopics } from './access-rule.ts';

const REFUSED = ErrorCode.GROUP_AUTHORIZATION_FAILED;
const TOPIC_REFUSED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const FIRST_VERSION_WITH_GROUP_ERROR = 2;
const FIRST_VERSION_WITH_MANY_GROUPS = 8;
const FIRST_VERSION_WITH_MANY_KEYS = 4;
const KEY_OF_GROUP = 0;
const KEY_OF_TRANSACTION = 1;

function mayOnGroup(asker: Access, operation: AclOperation, group: string): boolean {
  return asker.may(operation, ResourceType.GROUP, group);
}

/** What members do: READ on their group. */
function forMembers<Req extends MessageSchema, Res extends MessageSchema>(
  request: Req,
  response: Res,
  refused: Encodable<Res>,
) {
  return rule(request, response, (asked, asker, serve) => {
    const { groupId } = asked as Decoded<Req> & { readonly groupId: string };
    return mayOnGroup(asker, AclOperation.READ, groupId) ? serve(asked) : refused;
  });
}

interface OffsetTopic {
  readonly name: string;
  readonly partitions: readonly { readonly partitionIndex: number }[];
}

/** As all APIs that commit offsets answer. */
export function refusedOffsets<Topic extends OffsetTopic>(topics: readonly Topic[], errorCode: number) {
  return topics.map(({ partitions, ...topic }) => ({
    ...topic,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }));
}

const offsetCommit = rule(offsetCommitRequest, offsetCommitResponse, (request, asker, serve) => {
  const { groupId, topics } = request;
  if (!mayOnGroup(asker, AclOperation.READ, groupId)) return { topics: refusedOffsets(topics, REFUSED) };
  const { named, unknown } = withNames(topics, asker.apiVersion, asker.services.image());
  const { allowed, refused } = splitTopics(named, asker, AclOperation.READ);
  const more = refusedOffsets(refused, TOPIC_REFUSED);
  if (allowed.length === 0 && unknown.length === 0 && more.length > 0) return { topics: more };
  return adding(serve({ ...request, topics: [...allowed, ...unknown] }), 'topics', more);
});

interface FetchedTopic {
  readonly name: string;
  readonly topicId?: string;
  readonly partitionIndexes: readonly number[];
}

function noOffsets(topics: readonly FetchedTopic[], errorCode: number) {
  const partition = { committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode };
  return topics.map(({ partitionIndexes, ...topic }) => ({
    ...topic,
    partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...partition })),
  }));
}

/** Null asks for all topics: of others nothing is told then. */
function describable<Topic extends FetchedTopic>(topics: readonly Topic[] | null, asker: Access) {
  const { allowed, refused } = splitTopics(topics ?? [], asker, AclOperation.DESCRIBE);
  const mayTell = ({ name = '' }: { readonly name?: string }): boolean =>
    topics !== null || asker.may(AclOperation.DESCRIBE, ResourceType.TOPIC, name);
  return { asked: topics === null ? null : allowed, more: noOffsets(refused, TOPIC_REFUSED), mayTell };
}

const offsetFetch = rule(offsetFetchRequest, offsetFetchResponse, (request, asker, serve) => {
  const { apiVersion, services } = asker;
  const mayDescribe = (group: string): boolean => mayOnGroup(asker, AclOperation.DESCRIBE, group);
  if (apiVersion < FIRST_VERSION_WITH_MANY_GROUPS) {
    if (!mayDescribe(request.groupId)) {
      const isOld = apiVersion < FIRST_VERSION_WITH_GROUP_ERROR;
      return { errorCode: REFUSED, topics: isOld ? noOffsets(request.topics ?? [], REFUSED) : [] };
    }
    const { asked, more, mayTell } = describable(request.topics, asker);
    return completed(serve({ ...request, topics: asked }), (answer) => ({
      ...answer,
      topics: [...(answer.topics ?? []).filter(mayTell), ...more],
    }));
  }
  const { allowed, refused } = split(request.groups, ({ groupId }) => mayDescribe(groupId));
  const scopes = allowed.map((group) => {
    const { named, unknown } = withNames(group.topics ?? [], apiVersion, services.image());
    const { asked, more, mayTell } = describable(group.topics && named, asker);
    return { group: { ...group, topics: asked && [...asked, ...unknown] }, more, mayTell };
  });
  const groups = scopes.map(({ group }) => group);
  return completed(serve({ ...request, groups }), (answer) => ({
    ...answer,
    groups: [
      ...(answer.groups ?? []).map((group, index) => ({
        ...group,
        topics: [
          ...(group.topics ?? []).filter((topic) => scopes[index]?.mayTell(topic) === true),
          ...(scopes[index]?.more ?? []),
        ],
      })),
      ...refused.map(({ groupId }) => ({ groupId, errorCode: REFUSED, topics: [] })),
    ],
  }));
});

/** A key of another type is the handler's to refuse. */
const findCoordinator = rule(findCoordinatorRequest, findCoordinatorResponse, (request, asker, serve) => {
  const { keyType } = request;
  const isTransaction = keyType === KEY_OF_TRANSACTION;
  const type = isTransaction ? ResourceType.TRANSACTIONAL_ID : ResourceType.GROUP;
  const errorCode = isTransaction ? ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED : REFUSED;
  const nowhere = { errorCode, nodeId: -1, host: '', port: -1 };
  const mayFind = (key: string): boolean =>
    (keyType !== KEY_OF_GROUP && !isTransaction) || asker.may(AclOperation.DESCRIBE, type, key);
  if (asker.apiVersion < FIRST_VERSION_WITH_MANY_KEYS) return mayFind(request.key) ? serve(request) : nowhere;
  const { allowed, refused } = split(request.coordinatorKeys, mayFind);
  const more = refused.map((key) => ({ key, ...nowhere }));
  if (allowed.length === 0 && more.length > 0) return { coordinators: more };
  return adding(serve({ ...request, coordinatorKeys: allowed }), 'coordinators', more);
});

const describeGroups = rule(describeGroupsRequest, describeGroupsResponse, (request, asker, serve) => {
  const { allowed, refused } = split(request.groups, (group) =>
    mayOnGroup(asker, AclOperation.DESCRIBE, group),
  );
  const operationsOn = (group: string): number =>
    allowedAmong(GROUP_OPERATIONS, (operation) => mayOnGroup(asker, operation, group));
  return completed(serve({ ...request, groups: allowed }), (answer) => ({
    ...answer,
    groups: [
      ...(answer.groups ?? []).map((group) =>
        request.includeAuthorizedOperations
          ? { ...group, authorizedOperations: operationsOn(group.groupId ?? '') }
          : group,
      ),
      ...refused.map((groupId) => ({ groupId, errorCode: REFUSED })),
    ],
  }));
});

/** Who may DESCRIBE the cluster sees all groups, anybody else those that he may DESCRIBE. */
const listGroups = rule(listGroupsRequest, listGroupsResponse, (request, asker, serve) => {
  if (mayOnCluster(asker, AclOperation.DESCRIBE)) return serve(request);
  return completed(serve(request), (answer) => ({
    ...answer,
    groups: (answer.groups ?? []).filter(({ groupId = '' }) =>
      mayOnGroup(asker, AclOperation.DESCRIBE, groupId),
    ),
  }));
});

const deleteGroups = rule(deleteGroupsRequest, deleteGroupsResponse, (request, asker, serve) => {
  const { allowed, refused } = split(request.groupsNames, (group) =>
    mayOnGroup(asker, AclOperation.DELETE, group),
  );
  return adding(
    serve({ ...request, groupsNames: allowed }),
    'results',
    refused.map((groupId) => ({ groupId, errorCode: REFUSED })),
  );
});

const offsetDelete = rule(offsetDeleteRequest, offsetDeleteResponse, (request, asker, serve) => {
  if (!mayOnGroup(asker, AclOperation.DELETE, request.groupId)) return { errorCode: REFUSED };
  const { allowed, refused } = splitTopics(request.topics, asker, AclOperation.READ);
  return adding(serve({ ...request, topics: allowed }), 'topics', refusedOffsets(refused, TOPIC_REFUSED));
});

export const groupRules = [
  forMembers(joinGroupRequest, joinGroupResponse, { errorCode: REFUSED }),
  forMembers(syncGroupRequest, syncGroupResponse, { errorCode: REFUSED }),
  forMembers(heartbeatRequest, heartbeatResponse, { errorCode: REFUSED }),
  forMembers(leaveGroupRequest, leaveGroupResponse, { errorCode: REFUSED }),
  offsetCommit,
  offsetFetch,
  findCoordinator,
  describeGroups,
  listGroups,
  deleteGroups,
  offsetDelete,
];
