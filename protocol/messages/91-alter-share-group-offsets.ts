/**
 * AlterShareGroupOffsets: sets from where an empty share group reads (KIP-932).
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

export const alterShareGroupOffsetsRequest = request(
  91,
  'AlterShareGroupOffsetsRequest',
  { versions: '0', flexible: '0+' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        startOffset: int64('0+'),
      }),
    }),
  },
);
export type AlterShareGroupOffsetsRequest = Decoded<typeof alterShareGroupOffsetsRequest>;

export const alterShareGroupOffsetsResponse = response(
  91,
  'AlterShareGroupOffsetsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    responses: array('0+', {
      topicName: string('0+'),
      topicId: uuid('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type AlterShareGroupOffsetsResponse = Decoded<typeof alterShareGroupOffsetsResponse>;
