/**
 * CreatePartitions: adds partitions to topics (KIP-195).
 *
 * 2 the compact encoding, 3 quota errors.
 */
import { array, bool, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const createPartitionsRequest = request(
  37,
  'CreatePartitionsRequest',
  { versions: '0-3', flexible: '2+' },
  {
    topics: array('0+', {
      name: string('0+'),
      count: int32('0+'),
      assignments: array(
        '0+',
        {
          brokerIds: array('0+', 'int32'),
        },
        { nullable: true },
      ),
    }),
    timeoutMs: int32('0+'),
    validateOnly: bool('0+'),
  },
);
export type CreatePartitionsRequest = Decoded<typeof createPartitionsRequest>;

export const createPartitionsResponse = response(
  37,
  'CreatePartitionsResponse',
  { versions: '0-3', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      name: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
    }),
  },
);
export type CreatePartitionsResponse = Decoded<typeof createPartitionsResponse>;
