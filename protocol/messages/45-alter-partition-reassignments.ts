/**
 * AlterPartitionReassignments: moves partitions to other replicas, or calls such a move off when `replicas` is null
 * (KIP-455).
 *
 * 1 added whether the number of replicas may change (KIP-860).
 */
import { array, bool, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const alterPartitionReassignmentsRequest = request(
  45,
  'AlterPartitionReassignmentsRequest',
  { versions: '0-1', flexible: '0+' },
  {
    timeoutMs: int32('0+', { default: 60000 }),
    allowReplicationFactorChange: bool('1+', { default: true }),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        replicas: array('0+', 'int32', { nullable: true }),
      }),
    }),
  },
);
export type AlterPartitionReassignmentsRequest = Decoded<typeof alterPartitionReassignmentsRequest>;

export const alterPartitionReassignmentsResponse = response(
  45,
  'AlterPartitionReassignmentsResponse',
  { versions: '0-1', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    allowReplicationFactorChange: bool('1+', { default: true }),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    responses: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type AlterPartitionReassignmentsResponse = Decoded<typeof alterPartitionReassignmentsResponse>;
