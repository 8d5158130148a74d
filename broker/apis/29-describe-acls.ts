/** DescribeAcls 0-3: the ACLs that a filter means (KIP-140). Version 0 knows literal patterns only. */
import { describeAclsRequest, describeAclsResponse } from '../../protocol/messages/29-describe-acls.ts';
import { describeAcls as describe, filterFault } from '../controller/acls.ts';
import { aclFilterOf, NO_AUTHORIZER } from './acl-filters.ts';
import { defineControllerApi } from './api-handler.ts';

export const describeAcls = defineControllerApi({
  request: describeAclsRequest,
  response: describeAclsResponse,
  minVersion: 0,
  maxVersion: 3,
  handle(request, _context, services) {
    if (services.authorizer === null) return { ...NO_AUTHORIZER, resources: [] };
    const filter = aclFilterOf(request);
    const fault = filterFault(filter);
    if (fault !== null) return { ...fault, resources: [] };
    return { errorCode: 0, errorMessage: null, resources: describe(filter, services.image()) };
  },
});
