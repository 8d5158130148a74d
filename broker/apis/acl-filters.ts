/** What the APIs of ACLs have in common: how requests write a filter, and the answer where no authorizer is configured. */
import { ErrorCode } from '../../protocol/errors.ts';
import type { DescribeAclsRequest } from '../../protocol/messages/29-describe-acls.ts';
import type { AclFilter } from '../security/acl/acl.ts';
import type { Refusal } from './refusal.ts';

export const NO_AUTHORIZER: Refusal = {
  errorCode: ErrorCode.SECURITY_DISABLED,
  errorMessage: 'No Authorizer is configured.',
};

export function aclFilterOf(fields: DescribeAclsRequest): AclFilter {
  const { operation, permissionType } = fields;
  return {
    resourceType: fields.resourceTypeFilter,
    resourceName: fields.resourceNameFilter,
    patternType: fields.patternTypeFilter,
    principal: fields.principalFilter,
    host: fields.hostFilter,
    ...{ operation, permissionType },
  };
}
