/**
 * DescribeClientQuotas 0-1 (KIP-546): none. Quotas cannot be set on this broker, and tools that show a user ask for them beside his
 * credentials.
 */
import {
  describeClientQuotasRequest,
  describeClientQuotasResponse,
} from '../../protocol/messages/48-describe-client-quotas.ts';
import { defineApi } from './api-handler.ts';

export const describeClientQuotas = defineApi({
  request: describeClientQuotasRequest,
  response: describeClientQuotasResponse,
  minVersion: 0,
  maxVersion: 1,
  handle: () => ({ errorCode: 0, errorMessage: null, entries: [] }),
});
