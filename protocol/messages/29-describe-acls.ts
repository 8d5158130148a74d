/**
 * DescribeAcls: lists access rules that match a filter (KIP-140).
 *
 * 1 added pattern types, so that a rule can be about a prefix (KIP-290), 2 the compact encoding, 3 users as a resource
 * (KIP-373).
 */
import { array, int16, int32, int8, request, response, string, type Decoded } from '../schema/notation.ts';

export const describeAclsRequest = request(
  29,
  'DescribeAclsRequest',
  { versions: '0-3', flexible: '2+' },
  {
    resourceTypeFilter: int8('0+'),
    resourceNameFilter: string('0+', { nullable: true }),
    patternTypeFilter: int8('1+', { default: 3 }),
    principalFilter: string('0+', { nullable: true }),
    hostFilter: string('0+', { nullable: true }),
    operation: int8('0+'),
    permissionType: int8('0+'),
  },
);
export type DescribeAclsRequest = Decoded<typeof describeAclsRequest>;

export const describeAclsResponse = response(
  29,
  'DescribeAclsResponse',
  { versions: '0-3', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      patternType: int8('1+', { default: 3 }),
      acls: array('0+', {
        principal: string('0+'),
        host: string('0+'),
        operation: int8('0+'),
        permissionType: int8('0+'),
      }),
    }),
  },
);
export type DescribeAclsResponse = Decoded<typeof describeAclsResponse>;
