/** CreateAcls 0-3: adds ACLs (KIP-140), each answered on its own. */
import { createAclsRequest, createAclsResponse } from '../../protocol/messages/30-create-acls.ts';
import { NO_AUTHORIZER } from './acl-filters.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

function refused(creations: readonly unknown[], refusal: Refusal) {
  return { results: creations.map(() => refusal) };
}

export const createAcls = defineControllerApi({
  request: createAclsRequest,
  response: createAclsResponse,
  minVersion: 0,
  maxVersion: 3,
  answeredBy: 'controller',
  failed: ({ creations }, errorCode) => refused(creations, refusalWith(errorCode)),
  async handle({ creations }, _context, { controller, authorizer }) {
    if (authorizer === null) return refused(creations, NO_AUTHORIZER);
    const acls = creations.map(({ resourcePatternType: patternType, ...acl }) => ({ ...acl, patternType }));
    try {
      return { results: await controller.createAcls(acls) };
    } catch (error) {
      return refused(creations, refusalOf(error));
    }
  },
});
