/**
 * CreateTopics: creates topics.
 *
 * 1 added dry runs, 4 the cluster's defaults for counts of -1 (KIP-464), 5 the compact encoding and the resulting configuration (KIP-525),
 * 6 quota errors, 7 topic ids (KIP-516).
 */
import {
  array,
  bool,
  int16,
  int32,
  int8,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const createTopicsRequest = request(
  19,
  'CreateTopicsRequest',
  { versions: '0-7', flexible: '5+' },
  {
    topics: array('0+', {
      name: string('0+'),
      numPartitions: int32('0+'),
      replicationFactor: int16('0+'),
      assignments: array('0+', {
        partitionIndex: int32('0+'),
        brokerIds: array('0+', 'int32'),
      }),
      configs: array('0+', {
        name: string('0+'),
        value: string('0+', { nullable: true }),
      }),
    }),
    timeoutMs: int32('0+', { default: 60_000 }),
    validateOnly: bool('1+'),
  },
);
export type CreateTopicsRequest = Decoded<typeof createTopicsRequest>;

export const createTopicsResponse = response(
  19,
  'CreateTopicsResponse',
  { versions: '0-7', flexible: '5+' },
  {
    throttleTimeMs: int32('2+'),
    topics: array('0+', {
      name: string('0+'),
      topicId: uuid('7+'),
      errorCode: int16('0+'),
      errorMessage: string('1+', { nullable: true }),
      topicConfigErrorCode: int16('5+', { tag: 0 }),
      numPartitions: int32('5+', { default: -1 }),
      replicationFactor: int16('5+', { default: -1 }),
      configs: array(
        '5+',
        {
          name: string('5+'),
          value: string('5+', { nullable: true }),
          readOnly: bool('5+'),
          configSource: int8('5+', { default: -1 }),
          isSensitive: bool('5+'),
        },
        { nullable: true },
      ),
    }),
  },
);
export type CreateTopicsResponse = Decoded<typeof createTopicsResponse>;
