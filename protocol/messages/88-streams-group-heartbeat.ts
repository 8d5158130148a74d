/**
 * StreamsGroupHeartbeat: joins, stays in and leaves a group of Kafka Streams, and gets the tasks (KIP-1071).
 *
 * The first heartbeat carries the topology; a null field has not changed since the last one. Member epoch 0 joins, -1
 * leaves.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  request,
  response,
  string,
  struct,
  uint16,
  type Decoded,
} from '../schema/notation.ts';

const keyValueFields = {
  key: string('0+'),
  value: string('0+'),
};

const topicInfoFields = {
  name: string('0+'),
  partitions: int32('0+'),
  replicationFactor: int16('0+'),
  topicConfigs: array('0+', keyValueFields),
};

const taskIdsFields = {
  subtopologyId: string('0+'),
  partitions: array('0+', 'int32'),
};

const taskOffsetFields = {
  subtopologyId: string('0+'),
  partition: int32('0+'),
  offset: int64('0+'),
};

export const streamsGroupHeartbeatRequest = request(
  88,
  'StreamsGroupHeartbeatRequest',
  { versions: '0', flexible: '0+' },
  {
    groupId: string('0+'),
    memberId: string('0+'),
    memberEpoch: int32('0+'),
    endpointInformationEpoch: int32('0+'),
    instanceId: string('0+', { nullable: true }),
    rackId: string('0+', { nullable: true }),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    topology: struct(
      '0+',
      {
        epoch: int32('0+'),
        subtopologies: array('0+', {
          subtopologyId: string('0+'),
          sourceTopics: array('0+', 'string'),
          sourceTopicRegex: array('0+', 'string'),
          stateChangelogTopics: array('0+', topicInfoFields),
          repartitionSinkTopics: array('0+', 'string'),
          repartitionSourceTopics: array('0+', topicInfoFields),
          copartitionGroups: array('0+', {
            sourceTopics: array('0+', 'int16'),
            sourceTopicRegex: array('0+', 'int16'),
            repartitionSourceTopics: array('0+', 'int16'),
          }),
        }),
      },
      { nullable: true },
    ),
    activeTasks: array('0+', taskIdsFields, { nullable: true }),
    standbyTasks: array('0+', taskIdsFields, { nullable: true }),
    warmupTasks: array('0+', taskIdsFields, { nullable: true }),
    processId: string('0+', { nullable: true }),
    userEndpoint: struct(
      '0+',
      {
        host: string('0+'),
        port: uint16('0+'),
      },
      { nullable: true },
    ),
    clientTags: array('0+', keyValueFields, { nullable: true }),
    taskOffsets: array('0+', taskOffsetFields, { nullable: true }),
    taskEndOffsets: array('0+', taskOffsetFields, { nullable: true }),
    shutdownApplication: bool('0+'),
  },
);
export type StreamsGroupHeartbeatRequest = Decoded<typeof streamsGroupHeartbeatRequest>;

const topicPartitionFields = {
  topic: string('0+'),
  partitions: array('0+', 'int32'),
};

export const streamsGroupHeartbeatResponse = response(
  88,
  'StreamsGroupHeartbeatResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    memberId: string('0+'),
    memberEpoch: int32('0+'),
    heartbeatIntervalMs: int32('0+'),
    acceptableRecoveryLag: int32('0+'),
    taskOffsetIntervalMs: int32('0+'),
    status: array(
      '0+',
      {
        statusCode: int8('0+'),
        statusDetail: string('0+'),
      },
      { nullable: true },
    ),
    activeTasks: array('0+', taskIdsFields, { nullable: true }),
    standbyTasks: array('0+', taskIdsFields, { nullable: true }),
    warmupTasks: array('0+', taskIdsFields, { nullable: true }),
    endpointInformationEpoch: int32('0+'),
    partitionsByUserEndpoint: array(
      '0+',
      {
        userEndpoint: struct('0+', {
          host: string('0+'),
          port: uint16('0+'),
        }),
        activePartitions: array('0+', topicPartitionFields),
        standbyPartitions: array('0+', topicPartitionFields),
      },
      { nullable: true },
    ),
  },
);
export type StreamsGroupHeartbeatResponse = Decoded<typeof streamsGroupHeartbeatResponse>;
