/**
 * FindCoordinator: which broker coordinates a group or a transactional id.
 *
 * 1 added transactions as key type and error messages, 3 the compact encoding, 4 many keys in one request (KIP-699),
 * 6 share groups (KIP-932). Key types: 0 group, 1 transaction, 2 share.
 */
import { array, int16, int32, int8, request, response, string, type Decoded } from '../schema/notation.ts';

export const findCoordinatorRequest = request(
  10,
  'FindCoordinatorRequest',
  { versions: '0-6', flexible: '3+' },
  {
    key: string('0-3'),
    keyType: int8('1+'),
    coordinatorKeys: array('4+', 'string'),
  },
);
export type FindCoordinatorRequest = Decoded<typeof findCoordinatorRequest>;

export const findCoordinatorResponse = response(
  10,
  'FindCoordinatorResponse',
  { versions: '0-6', flexible: '3+' },
  {
    throttleTimeMs: int32('1+'),
    errorCode: int16('0-3'),
    errorMessage: string('1-3', { nullable: true }),
    nodeId: int32('0-3'),
    host: string('0-3'),
    port: int32('0-3'),
    coordinators: array('4+', {
      key: string('4+'),
      nodeId: int32('4+'),
      host: string('4+'),
      port: int32('4+'),
      errorCode: int16('4+'),
      errorMessage: string('4+', { nullable: true }),
    }),
  },
);
export type FindCoordinatorResponse = Decoded<typeof findCoordinatorResponse>;
