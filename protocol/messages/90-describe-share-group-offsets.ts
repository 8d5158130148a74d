/**
 * DescribeShareGroupOffsets: from where share groups read, by partition; null topics means all (KIP-932).
 *
 * 1 added the lag (KIP-1226).
 */
import {
  array,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const describeShareGroupOffsetsRequest = request(
  90,
  'DescribeShareGroupOffsetsRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groups: array('0+', {
      groupId: string('0+'),
      topics: array(
        '0+',
        {
          topicName: string('0+'),
          partitions: array('0+', 'int32'),
        },
        { nullable: true },
      ),
    }),
  },
);
export type DescribeShareGroupOffsetsRequest = Decoded<typeof describeShareGroupOffsetsRequest>;

export const describeShareGroupOffsetsResponse = response(
  90,
  'DescribeShareGroupOffsetsResponse',
  { versions: '0-1', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      topics: array('0+', {
        topicName: string('0+'),
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          startOffset: int64('0+'),
          leaderEpoch: int32('0+'),
          lag: int64('1+', { default: -1n }),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: true }),
        }),
      }),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
    }),
  },
);
export type DescribeShareGroupOffsetsResponse = Decoded<typeof describeShareGroupOffsetsResponse>;
