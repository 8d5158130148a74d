/**
 * DescribeCluster: cluster id, controller and brokers (KIP-700).
 *
 * 1 can ask a controller for the controllers (KIP-919), 2 includes fenced brokers (KIP-1073).
 */
import {
  array,
  bool,
  int16,
  int32,
  int8,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const describeClusterRequest = request(
  60,
  'DescribeClusterRequest',
  { versions: '0-2', flexible: '0+' },
  {
    includeClusterAuthorizedOperations: bool('0+'),
    endpointType: int8('1+', { default: 1 }),
    includeFencedBrokers: bool('2+'),
  },
);
export type DescribeClusterRequest = Decoded<typeof describeClusterRequest>;

export const describeClusterResponse = response(
  60,
  'DescribeClusterResponse',
  { versions: '0-2', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    endpointType: int8('1+', { default: 1 }),
    clusterId: string('0+'),
    controllerId: int32('0+', { default: -1 }),
    brokers: array('0+', {
      brokerId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: string('0+', { nullable: true }),
      isFenced: bool('2+'),
    }),
    clusterAuthorizedOperations: int32('0+', { default: -2_147_483_648 }),
  },
);
export type DescribeClusterResponse = Decoded<typeof describeClusterResponse>;
