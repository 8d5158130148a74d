/**
 * What a group coordinator keeps in `__consumer_offsets` about groups of Kafka Streams (KIP-1071).
 *
 * Keys start with their int16 record type, values with an int16 schema version; see schema/versioned-data.ts. A null
 * value is a tombstone. Tasks are partitions of a subtopology; a member has active, standby and warm-up ones. Times of
 * assignments came in 4.3 (KIP-1263).
 */
import {
  array,
  int16,
  int32,
  int64,
  int8,
  record,
  string,
  struct,
  uint16,
  type Decoded,
} from '../schema/notation.ts';

export const streamsGroupMetadataKey = record(
  17,
  'StreamsGroupMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type StreamsGroupMetadataKey = Decoded<typeof streamsGroupMetadataKey>;

export const streamsGroupMetadataValue = record(
  17,
  'StreamsGroupMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    epoch: int32('0+'),
    metadataHash: int64('0+'),
    validatedTopologyEpoch: int32('0+', { default: -1, tag: 0 }),
    lastAssignmentConfigs: array(
      '0+',
      {
        key: string('0+'),
        value: string('0+'),
      },
      { nullable: true, default: 'empty', tag: 1 },
    ),
  },
);
export type StreamsGroupMetadataValue = Decoded<typeof streamsGroupMetadataValue>;

export const streamsGroupMemberMetadataKey = record(
  19,
  'StreamsGroupMemberMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type StreamsGroupMemberMetadataKey = Decoded<typeof streamsGroupMemberMetadataKey>;

export const streamsGroupMemberMetadataValue = record(
  19,
  'StreamsGroupMemberMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    instanceId: string('0+', { nullable: true }),
    rackId: string('0+', { nullable: true }),
    clientId: string('0+'),
    clientHost: string('0+'),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    topologyEpoch: int32('0+'),
    processId: string('0+'),
    userEndpoint: struct(
      '0+',
      {
        host: string('0+'),
        port: uint16('0+'),
      },
      { nullable: true },
    ),
    clientTags: array('0+', {
      key: string('0+'),
      value: string('0+'),
    }),
  },
);
export type StreamsGroupMemberMetadataValue = Decoded<typeof streamsGroupMemberMetadataValue>;

export const streamsGroupTargetAssignmentMetadataKey = record(
  20,
  'StreamsGroupTargetAssignmentMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type StreamsGroupTargetAssignmentMetadataKey = Decoded<typeof streamsGroupTargetAssignmentMetadataKey>;

export const streamsGroupTargetAssignmentMetadataValue = record(
  20,
  'StreamsGroupTargetAssignmentMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int64('0+', { tag: 0 }),
  },
);
export type StreamsGroupTargetAssignmentMetadataValue = Decoded<
  typeof streamsGroupTargetAssignmentMetadataValue
>;

export const streamsGroupTargetAssignmentMemberKey = record(
  21,
  'StreamsGroupTargetAssignmentMemberKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type StreamsGroupTargetAssignmentMemberKey = Decoded<typeof streamsGroupTargetAssignmentMemberKey>;

const taskIdsFields = {
  subtopologyId: string('0+'),
  partitions: array('0+', 'int32'),
};

export const streamsGroupTargetAssignmentMemberValue = record(
  21,
  'StreamsGroupTargetAssignmentMemberValue',
  { versions: '0', flexible: '0+' },
  {
    activeTasks: array('0+', taskIdsFields),
    standbyTasks: array('0+', taskIdsFields),
    warmupTasks: array('0+', taskIdsFields),
  },
);
export type StreamsGroupTargetAssignmentMemberValue = Decoded<typeof streamsGroupTargetAssignmentMemberValue>;

export const streamsGroupCurrentMemberAssignmentKey = record(
  22,
  'StreamsGroupCurrentMemberAssignmentKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type StreamsGroupCurrentMemberAssignmentKey = Decoded<typeof streamsGroupCurrentMemberAssignmentKey>;

const ownedTaskIdsFields = {
  subtopologyId: string('0+'),
  partitions: array('0+', 'int32'),
  assignmentEpochs: array('0+', 'int32', { nullable: true, default: 'empty', tag: 0 }),
};

export const streamsGroupCurrentMemberAssignmentValue = record(
  22,
  'StreamsGroupCurrentMemberAssignmentValue',
  { versions: '0', flexible: '0+' },
  {
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    activeTasks: array('0+', ownedTaskIdsFields),
    standbyTasks: array('0+', ownedTaskIdsFields),
    warmupTasks: array('0+', ownedTaskIdsFields),
    activeTasksPendingRevocation: array('0+', ownedTaskIdsFields),
    standbyTasksPendingRevocation: array('0+', ownedTaskIdsFields),
    warmupTasksPendingRevocation: array('0+', ownedTaskIdsFields),
  },
);
export type StreamsGroupCurrentMemberAssignmentValue = Decoded<
  typeof streamsGroupCurrentMemberAssignmentValue
>;

export const streamsGroupTopologyKey = record(
  23,
  'StreamsGroupTopologyKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type StreamsGroupTopologyKey = Decoded<typeof streamsGroupTopologyKey>;

const topicConfigFields = {
  key: string('0+'),
  value: string('0+'),
};

const topicInfoFields = {
  name: string('0+'),
  partitions: int32('0+'),
  replicationFactor: int16('0+'),
  topicConfigs: array('0+', topicConfigFields),
};

export const streamsGroupTopologyValue = record(
  23,
  'StreamsGroupTopologyValue',
  { versions: '0', flexible: '0+' },
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
);
export type StreamsGroupTopologyValue = Decoded<typeof streamsGroupTopologyValue>;
