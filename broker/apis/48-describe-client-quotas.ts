/** DescribeClientQuotas 0-1 (KIP-546): the quotas that users, client ids and addresses have. */
import {
  describeClientQuotasRequest,
  describeClientQuotasResponse,
} from '../../protocol/messages/48-describe-client-quotas.ts';
import { describeClientQuotas as describe } from '../controller/client-quotas.ts';
import { defineControllerApi } from './api-handler.ts';

export const describeClientQuotas = defineControllerApi({
  request: describeClientQuotasRequest,
  response: describeClientQuotasResponse,
  minVersion: 0,
  maxVersion: 1,
  handle({ components, strict }, _context, services) {
    const { entries, ...outcome } = describe(components, strict, services.image());
    return {
      ...outcome,
      entries:
        entries?.map(({ entity, values }) => ({
          entity,
          values: [...values].map(([key, value]) => ({ key, value })),
        })) ?? null,
    };
  },
});
