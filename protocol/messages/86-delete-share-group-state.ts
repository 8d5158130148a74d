/**
 * DeleteShareGroupState: forgets the delivery state of share-partitions (KIP-932).
 */
import { array, int16, int32, request, response, string, uuid, type Decoded } from '../schema/notation.ts';

export const deleteShareGroupStateRequest = request(
  86,
  'DeleteShareGroupStateRequest',
  { versions: '0', flexible: '0+' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
      }),
    }),
  },
);
export type DeleteShareGroupStateRequest = Decoded<typeof deleteShareGroupStateRequest>;

export const deleteShareGroupStateResponse = response(
  86,
  'DeleteShareGroupStateResponse',
  { versions: '0', flexible: '0+' },
  {
    results: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type DeleteShareGroupStateResponse = Decoded<typeof deleteShareGroupStateResponse>;
