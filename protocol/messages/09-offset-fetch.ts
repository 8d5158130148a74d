/**
 * OffsetFetch: how far groups have read.
 *
 * 2 added null for all topics and a top-level error, 5 leader epochs, 6 the compact encoding, 7 waiting for open transactions (KIP-447),
 * 8 many groups in one request (KIP-709), 9 member epochs (KIP-848), 10 topic ids.
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
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const offsetFetchRequest = request(
  9,
  'OffsetFetchRequest',
  { versions: '0-10', flexible: '6+' },
  {
    groupId: string('0-7'),
    topics: array(
      '0-7',
      {
        name: string('0-7'),
        partitionIndexes: array('0-7', 'int32'),
      },
      { nullable: '2-7' },
    ),
    groups: array('8+', {
      groupId: string('8+'),
      memberId: string('9+', { nullable: true }),
      memberEpoch: int32('9+', { default: -1 }),
      topics: array(
        '8+',
        {
          name: string('8-9'),
          topicId: uuid('10+'),
          partitionIndexes: array('8+', 'int32'),
        },
        { nullable: true },
      ),
    }),
    requireStable: bool('7+'),
  },
);
export type OffsetFetchRequest = Decoded<typeof offsetFetchRequest>;

export const offsetFetchResponse = response(
  9,
  'OffsetFetchResponse',
  { versions: '0-10', flexible: '6+' },
  {
    throttleTimeMs: int32('3+'),
    topics: array('0-7', {
      name: string('0-7'),
      partitions: array('0-7', {
        partitionIndex: int32('0-7'),
        committedOffset: int64('0-7'),
        committedLeaderEpoch: int32('5-7', { default: -1 }),
        metadata: string('0-7', { nullable: true }),
        errorCode: int16('0-7'),
      }),
    }),
    errorCode: int16('2-7'),
    groups: array('8+', {
      groupId: string('8+'),
      topics: array('8+', {
        name: string('8-9'),
        topicId: uuid('10+'),
        partitions: array('8+', {
          partitionIndex: int32('8+'),
          committedOffset: int64('8+'),
          committedLeaderEpoch: int32('8+', { default: -1 }),
          metadata: string('8+', { nullable: true }),
          errorCode: int16('8+'),
        }),
      }),
      errorCode: int16('8+'),
    }),
  },
);
export type OffsetFetchResponse = Decoded<typeof offsetFetchResponse>;
