/**
 * ListOffsets: finds offsets by time, or the ends of a partition.
 *
 * 0 answers a list of segment starts, 1 and later one offset with its timestamp. 2 added isolation, 4 leader epochs,
 * 6 the compact encoding; 7, 8, 9 and 11 new special times (max timestamp KIP-734, local log KIP-405, last tiered KIP-1005,
 * earliest pending upload), 10 a timeout (KIP-1075). Special times: -1 latest, -2 earliest, -3 max timestamp.
 */
import {
  array,
  int16,
  int32,
  int64,
  int8,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const listOffsetsRequest = request(
  2,
  'ListOffsetsRequest',
  { versions: '0-11', flexible: '6+' },
  {
    replicaId: int32('0+'),
    isolationLevel: int8('2+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        currentLeaderEpoch: int32('4+', { default: -1 }),
        timestamp: int64('0+'),
        maxNumOffsets: int32('0', { default: 1 }),
      }),
    }),
    timeoutMs: int32('10+'),
  },
);
export type ListOffsetsRequest = Decoded<typeof listOffsetsRequest>;

export const listOffsetsResponse = response(
  2,
  'ListOffsetsResponse',
  { versions: '0-11', flexible: '6+' },
  {
    throttleTimeMs: int32('2+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        oldStyleOffsets: array('0', 'int64'),
        timestamp: int64('1+', { default: -1n }),
        offset: int64('1+', { default: -1n }),
        leaderEpoch: int32('4+', { default: -1 }),
      }),
    }),
  },
);
export type ListOffsetsResponse = Decoded<typeof listOffsetsResponse>;
