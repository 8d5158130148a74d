/** DeleteAcls 0-3: takes away the ACLs that filters mean, and says which those were (KIP-140). */
import { deleteAclsRequest, deleteAclsResponse } from '../../protocol/messages/31-delete-acls.ts';
import { aclFilterOf, NO_AUTHORIZER } from './acl-filters.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

function refused(filters: readonly unknown[], refusal: Refusal) {
  return { filterResults: filters.map(() => ({ ...refusal, matchingAcls: [] })) };
}

export const deleteAcls = defineControllerApi({
  request: deleteAclsRequest,
  response: deleteAclsResponse,
  minVersion: 0,
  maxVersion: 3,
  answeredBy: 'controller',
  failed: ({ filters }, errorCode) => refused(filters, refusalWith(errorCode)),
  async handle({ filters }, _context, { controller, authorizer }) {
    if (authorizer === null) return refused(filters, NO_AUTHORIZER);
    try {
      const results = await controller.deleteAcls(filters.map(aclFilterOf));
      return {
        filterResults: results.map(({ deleted, ...outcome }) => ({
          ...outcome,
          matchingAcls: deleted.map((acl) => ({ ...acl, errorCode: 0, errorMessage: null })),
        })),
      };
    } catch (error) {
      return refused(filters, refusalOf(error));
    }
  },
});
