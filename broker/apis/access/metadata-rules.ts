/**
 * Rules of the APIs that say what there is: topics of others are left out where all were asked for, and refused where they were
 * named; whether they exist is not told. What the asker may do is told in the bits of KIP-430.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import {
  type MetadataRequest,
  metadataRequest,
  metadataResponse,
} from '../../../protocol/messages/03-metadata.ts';
import {
  describeClusterRequest,
  describeClusterResponse,
} from '../../../protocol/messages/60-describe-cluster.ts';
import {
  describeTopicPartitionsRequest,
  describeTopicPartitionsResponse,
} from '../../../protocol/messages/75-describe-topic-partitions.ts';
import { AclOperation, CLUSTER_NAME, ResourceType } from '../../security/acl/acl.ts';
import {
  allowedAmong,
  CLUSTER_OPERATIONS,
  OPERATIONS_NOT_ASKED_FOR,
  TOPIC_OPERATIONS,
} from '../authorized-operations.ts';
import { type Asker, completed, mayOnCluster, rule, split } from './access-rule.ts';

const errorCode = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';
const FIRST_VERSION_WITH_TOPIC_IDS = 12;
const FIRST_VERSION_THAT_MAY_FORBID_CREATION = 4;

type Entry = NonNullable<MetadataRequest['topics']>[number];

function mayDescribe(asker: Asker, topic: string): boolean {
  return asker.may(AclOperation.DESCRIBE, ResourceType.TOPIC, topic);
}

function topicOperations(asker: Asker, topic: string): number {
  return allowedAmong(TOPIC_OPERATIONS, (operation) =>
    asker.quietly.may(operation, ResourceType.TOPIC, topic),
  );
}

/** Who may not describe the cluster may nothing that he is told of. */
function clusterOperations(asker: Asker): number {
  if (!mayOnCluster(asker.quietly, AclOperation.DESCRIBE)) return 0;
  return allowedAmong(CLUSTER_OPERATIONS, (operation) =>
    asker.quietly.may(operation, ResourceType.CLUSTER, CLUSTER_NAME),
  );
}

/** Asking for a topic that is not there creates it, which is a right of its own. */
function mayCreate(name: string, request: MetadataRequest, asker: Asker): boolean {
  const { config, image } = asker.services;
  const wants = asker.apiVersion < FIRST_VERSION_THAT_MAY_FORBID_CREATION || request.allowAutoTopicCreation;
  if (!wants || !config.values['auto.create.topics.enable'] || image().topicsByName.has(name)) return true;
  return mayOnCluster(asker, AclOperation.CREATE) || asker.may(AclOperation.CREATE, ResourceType.TOPIC, name);
}

const metadata = rule(metadataRequest, metadataResponse, (request, asker, serve) => {
  const { apiVersion, services } = asker;
  const { topics: asked, includeTopicAuthorizedOperations } = request;
  const wantsAll = asked === null || (apiVersion === 0 && asked.length === 0);
  const byId = ({ topicId }: Entry): boolean =>
    topicId !== ZERO_UUID && apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS;
  /** Null: there is no such topic, as the handler will say. */
  const nameOf = (entry: Entry): string | null =>
    byId(entry) ? (services.image().topicsById.get(entry.topicId)?.name ?? null) : entry.name;
  const isAllowed = (entry: Entry): boolean => {
    const name = nameOf(entry);
    if (name === null) return true;
    return mayDescribe(asker, name) && (byId(entry) || mayCreate(name, request, asker));
  };
  const { allowed, refused } = split(asked ?? [], isAllowed);
  const more = refused.map((entry) => ({
    ...{ errorCode, topicId: byId(entry) ? entry.topicId : ZERO_UUID },
    name: byId(entry) ? null : entry.name,
  }));
  // Version 0 would take no topic at all for all of them.
  const hasNone = !wantsAll && allowed.length === 0;
  return completed(serve({ ...request, topics: wantsAll ? asked : allowed }), (answer) => ({
    ...answer,
    topics: [
      ...(hasNone ? [] : (answer.topics ?? []))
        .filter(({ name }) => !wantsAll || mayDescribe(asker, name ?? ''))
        .map((topic) =>
          includeTopicAuthorizedOperations
            ? { ...topic, topicAuthorizedOperations: topicOperations(asker, topic.name ?? '') }
            : topic,
        ),
      ...more,
    ],
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? clusterOperations(asker)
      : OPERATIONS_NOT_ASKED_FOR,
  }));
});

/** No topic at all would mean all of them: then nobody is asked. */
const describeTopicPartitions = rule(
  describeTopicPartitionsRequest,
  describeTopicPartitionsResponse,
  (request, asker, serve) => {
    const { topics: asked, cursor } = request;
    const all = [...asker.services.image().topicsByName.keys()].map((name) => ({ name }));
    const wanted = (asked.length === 0 ? all : asked).filter(
      ({ name }) => cursor === null || name >= cursor.topicName,
    );
    const { allowed, refused } = split(wanted, ({ name }) => mayDescribe(asker, name));
    const more = asked.length === 0 ? [] : refused.map(({ name }) => ({ name, errorCode }));
    if (allowed.length === 0) return { topics: more, nextCursor: null };
    return completed(serve({ ...request, topics: allowed }), (answer) => ({
      ...answer,
      topics: [
        ...(answer.topics ?? []).map((topic) =>
          topic.errorCode === 0
            ? { ...topic, topicAuthorizedOperations: topicOperations(asker, topic.name ?? '') }
            : topic,
        ),
        ...more,
      ],
    }));
  },
);

/** Brokers are told to everybody. */
const describeCluster = rule(describeClusterRequest, describeClusterResponse, (request, asker, serve) =>
  completed(serve(request), (answer) => ({
    ...answer,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? clusterOperations(asker)
      : OPERATIONS_NOT_ASKED_FOR,
  })),
);

export const metadataRules = [metadata, describeTopicPartitions, describeCluster];
