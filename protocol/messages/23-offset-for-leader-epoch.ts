/**
 * OffsetForLeaderEpoch: where a leader epoch ended, so that a follower or consumer can cut off what its leader does not
 * have (KIP-101).
 *
 * 1 added the epoch that the answer is about (KIP-279), 2 the reader's own epoch, against stale readers (KIP-320), and
 * the throttle time, 3 who asks (-1 a consumer, -2 a reader that may see past the high watermark), 4 the compact
 * encoding.
 */
import { array, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const offsetForLeaderEpochRequest = request(
  23,
  'OffsetForLeaderEpochRequest',
  { versions: '0-4', flexible: '4+' },
  {
    replicaId: int32('3+', { default: -2 }),
    topics: array('0+', {
      topic: string('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        currentLeaderEpoch: int32('2+', { default: -1 }),
        leaderEpoch: int32('0+'),
      }),
    }),
  },
);
export type OffsetForLeaderEpochRequest = Decoded<typeof offsetForLeaderEpochRequest>;

export const offsetForLeaderEpochResponse = response(
  23,
  'OffsetForLeaderEpochResponse',
  { versions: '0-4', flexible: '4+' },
  {
    throttleTimeMs: int32('2+'),
    topics: array('0+', {
      topic: string('0+'),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partition: int32('0+'),
        leaderEpoch: int32('1+', { default: -1 }),
        endOffset: int64('0+', { default: -1n }),
      }),
    }),
  },
);
export type OffsetForLeaderEpochResponse = Decoded<typeof offsetForLeaderEpochResponse>;
