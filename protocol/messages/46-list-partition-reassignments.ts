/**
 * ListPartitionReassignments: the moves of replicas that are under way; null topics means all (KIP-455).
 */
import { array, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const listPartitionReassignmentsRequest = request(
  46,
  'ListPartitionReassignmentsRequest',
  { versions: '0', flexible: '0+' },
  {
    timeoutMs: int32('0+', { default: 60000 }),
    topics: array(
      '0+',
      {
        name: string('0+'),
        partitionIndexes: array('0+', 'int32'),
      },
      { nullable: true },
    ),
  },
);
export type ListPartitionReassignmentsRequest = Decoded<typeof listPartitionReassignmentsRequest>;

export const listPartitionReassignmentsResponse = response(
  46,
  'ListPartitionReassignmentsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        replicas: array('0+', 'int32'),
        addingReplicas: array('0+', 'int32'),
        removingReplicas: array('0+', 'int32'),
      }),
    }),
  },
);
export type ListPartitionReassignmentsResponse = Decoded<typeof listPartitionReassignmentsResponse>;
