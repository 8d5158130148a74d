/**
 * StreamsGroupDescribe: state, topology, members and tasks of groups of Kafka Streams (KIP-1071).
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  struct,
  uint16,
  type Decoded,
} from '../schema/notation.ts';

export const streamsGroupDescribeRequest = request(
  89,
  'StreamsGroupDescribeRequest',
  { versions: '0', flexible: '0+' },
  {
    groupIds: array('0+', 'string'),
    includeAuthorizedOperations: bool('0+'),
  },
);
export type StreamsGroupDescribeRequest = Decoded<typeof streamsGroupDescribeRequest>;

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

const taskOffsetFields = {
  subtopologyId: string('0+'),
  partition: int32('0+'),
  offset: int64('0+'),
};

const taskIdsFields = {
  subtopologyId: string('0+'),
  partitions: array('0+', 'int32'),
};

const assignmentFields = {
  activeTasks: array('0+', taskIdsFields),
  standbyTasks: array('0+', taskIdsFields),
  warmupTasks: array('0+', taskIdsFields),
};

export const streamsGroupDescribeResponse = response(
  89,
  'StreamsGroupDescribeResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    groups: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
      groupId: string('0+'),
      groupState: string('0+'),
      groupEpoch: int32('0+'),
      assignmentEpoch: int32('0+'),
      topology: struct(
        '0+',
        {
          epoch: int32('0+'),
          subtopologies: array(
            '0+',
            {
              subtopologyId: string('0+'),
              sourceTopics: array('0+', 'string'),
              repartitionSinkTopics: array('0+', 'string'),
              stateChangelogTopics: array('0+', topicInfoFields),
              repartitionSourceTopics: array('0+', topicInfoFields),
            },
            { nullable: true },
          ),
        },
        { nullable: true },
      ),
      members: array('0+', {
        memberId: string('0+'),
        memberEpoch: int32('0+'),
        instanceId: string('0+', { nullable: true }),
        rackId: string('0+', { nullable: true }),
        clientId: string('0+'),
        clientHost: string('0+'),
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
        clientTags: array('0+', keyValueFields),
        taskOffsets: array('0+', taskOffsetFields),
        taskEndOffsets: array('0+', taskOffsetFields),
        assignment: struct('0+', assignmentFields),
        targetAssignment: struct('0+', assignmentFields),
        isClassic: bool('0+'),
      }),
      authorizedOperations: int32('0+', { default: -2147483648 }),
    }),
  },
);
export type StreamsGroupDescribeResponse = Decoded<typeof streamsGroupDescribeResponse>;
