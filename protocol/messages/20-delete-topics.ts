/**
 * DeleteTopics: deletes topics.
 *
 * 4 the compact encoding, 5 error messages, 6 topics by id (KIP-516).
 */
import { array, int16, int32, request, response, string, uuid, type Decoded } from '../schema/notation.ts';

export const deleteTopicsRequest = request(
  20,
  'DeleteTopicsRequest',
  { versions: '0-6', flexible: '4+' },
  {
    topics: array('6+', {
      name: string('6+', { nullable: true }),
      topicId: uuid('6+'),
    }),
    topicNames: array('0-5', 'string'),
    timeoutMs: int32('0+'),
  },
);
export type DeleteTopicsRequest = Decoded<typeof deleteTopicsRequest>;

export const deleteTopicsResponse = response(
  20,
  'DeleteTopicsResponse',
  { versions: '0-6', flexible: '4+' },
  {
    throttleTimeMs: int32('1+'),
    responses: array('0+', {
      name: string('0+', { nullable: '6+' }),
      topicId: uuid('6+'),
      errorCode: int16('0+'),
      errorMessage: string('5+', { nullable: true }),
    }),
  },
);
export type DeleteTopicsResponse = Decoded<typeof deleteTopicsResponse>;
