/**
 * DeleteShareGroupOffsets: makes a share group forget topics (KIP-932).
 */
import { array, int16, int32, request, response, string, uuid, type Decoded } from '../schema/notation.ts';

export const deleteShareGroupOffsetsRequest = request(
  92,
  'DeleteShareGroupOffsetsRequest',
  { versions: '0', flexible: '0+' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      topicName: string('0+'),
    }),
  },
);
export type DeleteShareGroupOffsetsRequest = Decoded<typeof deleteShareGroupOffsetsRequest>;

export const deleteShareGroupOffsetsResponse = response(
  92,
  'DeleteShareGroupOffsetsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    responses: array('0+', {
      topicName: string('0+'),
      topicId: uuid('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
    }),
  },
);
export type DeleteShareGroupOffsetsResponse = Decoded<typeof deleteShareGroupOffsetsResponse>;
