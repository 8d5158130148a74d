/** Rules of the APIs that change topics and configurations, resource by resource. */
import { ErrorCode } from '../../../protocol/errors.ts';
import { createTopicsRequest, createTopicsResponse } from '../../../protocol/messages/19-create-topics.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../../../protocol/messages/20-delete-topics.ts';
import {
  describeConfigsRequest,
  describeConfigsResponse,
} from '../../../protocol/messages/32-describe-configs.ts';
import { alterConfigsRequest, alterConfigsResponse } from '../../../protocol/messages/33-alter-configs.ts';
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../../protocol/messages/37-create-partitions.ts';
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../../protocol/messages/44-incremental-alter-configs.ts';
import { AclOperation, ResourceType } from '../../security/acl/acl.ts';
import type { Access } from '../../security/acl/authorizer.ts';
import { refusalWith } from '../refusal.ts';
import { adding, completed, mayOnCluster, rule, split, splitTopics } from './access-rule.ts';

const TOPIC_REFUSED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const FIRST_VERSION_WITH_CONFIGS = 5;

/** Who may CREATE on the cluster may create any topic; what it is configured to is told to those who may DESCRIBE_CONFIGS. */
const createTopics = rule(createTopicsRequest, createTopicsResponse, (request, asker, serve) => {
  const { allowed, refused } = mayOnCluster(asker, AclOperation.CREATE)
    ? { allowed: request.topics, refused: [] }
    : splitTopics(request.topics, asker, AclOperation.CREATE);
  const more = refused.map(({ name }) => ({ name, ...refusalWith(TOPIC_REFUSED), configs: [] }));
  if (allowed.length === 0 && more.length > 0) return { topics: more };
  const maySeeConfigs = (name: string): boolean =>
    asker.may(AclOperation.DESCRIBE_CONFIGS, ResourceType.TOPIC, name);
  const hidden = {
    ...{ topicConfigErrorCode: TOPIC_REFUSED, numPartitions: -1, replicationFactor: -1, configs: [] },
  };
  return completed(serve({ ...request, topics: allowed }), (answer) => ({
    ...answer,
    topics: [
      ...(answer.topics ?? []).map((topic) => {
        const isTold = topic.errorCode === 0 && asker.apiVersion >= FIRST_VERSION_WITH_CONFIGS;
        return isTold && !maySeeConfigs(topic.name ?? '') ? { ...topic, ...hidden } : topic;
      }),
      ...more,
    ],
  }));
});

/** By id the name is told only to those who may DESCRIBE the topic; an id that nobody has is the handler's to refuse. */
const deleteTopics = rule(deleteTopicsRequest, deleteTopicsResponse, (request, asker, serve) => {
  if (mayOnCluster(asker, AclOperation.DELETE)) return serve(request);
  const mayOn = (operation: AclOperation, name: string): boolean =>
    asker.may(operation, ResourceType.TOPIC, name);
  const { topicsById } = asker.services.image();
  const names = split(request.topicNames, (name) => mayOn(AclOperation.DELETE, name));
  const nameOf = ({ name, topicId }: (typeof request.topics)[number]): string | undefined =>
    name ?? topicsById.get(topicId)?.name;
  const topics = split(request.topics, (topic) => {
    const name = nameOf(topic);
    return name === undefined || mayOn(AclOperation.DELETE, name);
  });
  const refusal = refusalWith(TOPIC_REFUSED);
  const more = [
    ...names.refused.map((name) => ({ name, ...refusal })),
    ...topics.refused.map((topic) => {
      const name = nameOf(topic) ?? '';
      const isTold = topic.name !== null || mayOn(AclOperation.DESCRIBE, name);
      return { name: isTold ? name : null, topicId: topic.topicId, ...refusal };
    }),
  ];
  if (more.length === 0) return serve(request);
  if (names.allowed.length + topics.allowed.length === 0) return { responses: more };
  const served = serve({ ...request, topicNames: names.allowed, topics: topics.allowed });
  return adding(served, 'responses', more);
});

const createPartitions = rule(createPartitionsRequest, createPartitionsResponse, (request, asker, serve) => {
  const { allowed, refused } = splitTopics(request.topics, asker, AclOperation.ALTER);
  const more = refused.map(({ name }) => ({ name, ...refusalWith(TOPIC_REFUSED) }));
  if (allowed.length === 0 && more.length > 0) return { results: more };
  return adding(serve({ ...request, topics: allowed }), 'results', more);
});

/** Kafka's ConfigResource types: those of a topic and of a group are its own, any other belongs to the cluster. */
const TOPIC_CONFIGS = 2;
const GROUP_CONFIGS = 32;

interface ConfigResource {
  readonly resourceType: number;
  readonly resourceName: string;
}

function configRefusal(
  { resourceType, resourceName }: ConfigResource,
  asker: Access,
  operation: AclOperation,
): number {
  if (resourceType === TOPIC_CONFIGS)
    return asker.may(operation, ResourceType.TOPIC, resourceName) ? 0 : TOPIC_REFUSED;
  if (resourceType === GROUP_CONFIGS) {
    const mayOnIt = asker.may(operation, ResourceType.GROUP, resourceName);
    return mayOnIt ? 0 : ErrorCode.GROUP_AUTHORIZATION_FAILED;
  }
  return mayOnCluster(asker, operation) ? 0 : ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
}

function splitConfigs<Resource extends ConfigResource>(
  resources: readonly Resource[],
  asker: Access,
  operation: AclOperation,
) {
  const { allowed, refused } = split(
    resources,
    (resource) => configRefusal(resource, asker, operation) === 0,
  );
  const more = refused.map((resource) => {
    const { resourceType, resourceName } = resource;
    return { resourceType, resourceName, ...refusalWith(configRefusal(resource, asker, operation)) };
  });
  return { allowed, more };
}

const describeConfigs = rule(describeConfigsRequest, describeConfigsResponse, (request, asker, serve) => {
  const { allowed, more } = splitConfigs(request.resources, asker, AclOperation.DESCRIBE_CONFIGS);
  return adding(serve({ ...request, resources: allowed }), 'results', more);
});

const alterConfigs = rule(alterConfigsRequest, alterConfigsResponse, (request, asker, serve) => {
  const { allowed, more } = splitConfigs(request.resources, asker, AclOperation.ALTER_CONFIGS);
  if (allowed.length === 0 && more.length > 0) return { responses: more };
  return adding(serve({ ...request, resources: allowed }), 'responses', more);
});

const incrementalAlterConfigs = rule(
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
  (request, asker, serve) => {
    const { allowed, more } = splitConfigs(request.resources, asker, AclOperation.ALTER_CONFIGS);
    if (allowed.length === 0 && more.length > 0) return { responses: more };
    return adding(serve({ ...request, resources: allowed }), 'responses', more);
  },
);

export const adminRules = [
  createTopics,
  deleteTopics,
  createPartitions,
  describeConfigs,
  alterConfigs,
  incrementalAlterConfigs,
];
