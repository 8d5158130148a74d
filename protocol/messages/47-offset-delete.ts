/**
 * OffsetDelete: forgets offsets that a group has committed, where it does not read the topic any more (KIP-496).
 *
 * It has no compact encoding.
 */
import { array, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const offsetDeleteRequest = request(
  47,
  'OffsetDeleteRequest',
  { versions: '0' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
      }),
    }),
  },
);
export type OffsetDeleteRequest = Decoded<typeof offsetDeleteRequest>;

export const offsetDeleteResponse = response(
  47,
  'OffsetDeleteResponse',
  { versions: '0' },
  {
    errorCode: int16('0+'),
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
      }),
    }),
  },
);
export type OffsetDeleteResponse = Decoded<typeof offsetDeleteResponse>;
