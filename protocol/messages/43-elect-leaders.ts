/**
 * ElectLeaders: has the controller elect leaders of partitions; null means all of them (KIP-183).
 *
 * 1 added the type of election, 0 the preferred replica, 1 any, even out of sync, and a top-level error (KIP-460), 2
 * the compact encoding.
 */
import { array, int16, int32, int8, request, response, string, type Decoded } from '../schema/notation.ts';

export const electLeadersRequest = request(
  43,
  'ElectLeadersRequest',
  { versions: '0-2', flexible: '2+' },
  {
    electionType: int8('1+'),
    topicPartitions: array(
      '0+',
      {
        topic: string('0+'),
        partitions: array('0+', 'int32'),
      },
      { nullable: true },
    ),
    timeoutMs: int32('0+', { default: 60000 }),
  },
);
export type ElectLeadersRequest = Decoded<typeof electLeadersRequest>;

export const electLeadersResponse = response(
  43,
  'ElectLeadersResponse',
  { versions: '0-2', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('1+'),
    replicaElectionResults: array('0+', {
      topic: string('0+'),
      partitionResult: array('0+', {
        partitionId: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type ElectLeadersResponse = Decoded<typeof electLeadersResponse>;
