/**
 * CreateAcls: adds access rules (KIP-140).
 *
 * 1 added pattern types, so that a rule can be about a prefix (KIP-290), 2 the compact encoding, 3 users as a resource
 * (KIP-373).
 */
import { array, int16, int32, int8, request, response, string, type Decoded } from '../schema/notation.ts';

export const createAclsRequest = request(
  30,
  'CreateAclsRequest',
  { versions: '0-3', flexible: '2+' },
  {
    creations: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      resourcePatternType: int8('1+', { default: 3 }),
      principal: string('0+'),
      host: string('0+'),
      operation: int8('0+'),
      permissionType: int8('0+'),
    }),
  },
);
export type CreateAclsRequest = Decoded<typeof createAclsRequest>;

export const createAclsResponse = response(
  30,
  'CreateAclsResponse',
  { versions: '0-3', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
    }),
  },
);
export type CreateAclsResponse = Decoded<typeof createAclsResponse>;
