/**
 * Metadata: brokers, controller, topics and who leads what.
 *
 * In 0 an empty list of topics means all of them, from 1 on null does. 1 added the controller and racks, 2 the cluster id,
 * 4 the wish not to create topics (KIP-204), 5 offline replicas (KIP-112), 7 leader epochs (KIP-320), 8 authorized operations (KIP-430;
 * 11 moved those of the cluster to DescribeCluster), 9 the compact encoding, 10 topic ids and 12 asking by them (KIP-516), 13 a top-level error.
 */
import {
  array,
  bool,
  int16,
  int32,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const metadataRequest = request(
  3,
  'MetadataRequest',
  { versions: '0-13', flexible: '9+' },
  {
    topics: array(
      '0+',
      {
        topicId: uuid('10+'),
        name: string('0+', { nullable: '10+' }),
      },
      { nullable: '1+' },
    ),
    allowAutoTopicCreation: bool('4+', { default: true }),
    includeClusterAuthorizedOperations: bool('8-10'),
    includeTopicAuthorizedOperations: bool('8+'),
  },
);
export type MetadataRequest = Decoded<typeof metadataRequest>;

export const metadataResponse = response(
  3,
  'MetadataResponse',
  { versions: '0-13', flexible: '9+' },
  {
    throttleTimeMs: int32('3+'),
    brokers: array('0+', {
      nodeId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: string('1+', { nullable: true }),
    }),
    clusterId: string('2+', { nullable: true }),
    controllerId: int32('1+', { default: -1 }),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: string('0+', { nullable: '12+' }),
      topicId: uuid('10+'),
      isInternal: bool('1+'),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('7+', { default: -1 }),
        replicaNodes: array('0+', 'int32'),
        isrNodes: array('0+', 'int32'),
        offlineReplicas: array('5+', 'int32'),
      }),
      topicAuthorizedOperations: int32('8+', { default: -2_147_483_648 }),
    }),
    clusterAuthorizedOperations: int32('8-10', { default: -2_147_483_648 }),
    errorCode: int16('13+'),
  },
);
export type MetadataResponse = Decoded<typeof metadataResponse>;
