/** AlterClientQuotas 0-1 (KIP-546): sets and removes quotas of users, client ids and addresses. */
import {
  type AlterClientQuotasRequest,
  alterClientQuotasRequest,
  alterClientQuotasResponse,
} from '../../protocol/messages/49-alter-client-quotas.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf, refusalWith, type Refusal } from './refusal.ts';

function refused({ entries }: AlterClientQuotasRequest, refusal: Refusal) {
  return { entries: entries.map(({ entity }) => ({ entity, ...refusal })) };
}

export const alterClientQuotas = defineControllerApi({
  request: alterClientQuotasRequest,
  response: alterClientQuotasResponse,
  minVersion: 0,
  maxVersion: 1,
  answeredBy: 'controller',
  failed: (request, errorCode) => refused(request, refusalWith(errorCode)),
  async handle(request, _context, { controller }) {
    try {
      return { entries: await controller.alterClientQuotas(request.entries, request.validateOnly) };
    } catch (error) {
      return refused(request, refusalOf(error));
    }
  },
});
