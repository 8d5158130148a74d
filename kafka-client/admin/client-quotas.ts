/** Quotas of users, client ids and addresses: which there are, and sets or removes single ones (KIP-546). */
import {
  describeClientQuotasRequest,
  describeClientQuotasResponse,
} from '../../protocol/messages/48-describe-client-quotas.ts';
import {
  alterClientQuotasRequest,
  alterClientQuotasResponse,
} from '../../protocol/messages/49-alter-client-quotas.ts';
import { apiCall } from '../api-call.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const describeApi = apiCall(describeClientQuotasRequest, describeClientQuotasResponse);
const alterApi = apiCall(alterClientQuotasRequest, alterClientQuotasResponse);
const EXACT = 0;
const DEFAULT = 1;
const ANY_NAME = 2;

export type QuotaEntityType = 'user' | 'client-id' | 'ip';

export interface QuotaFilter {
  readonly type: QuotaEntityType;
  /** Null: the default entity; undefined: any, with a name or the default. */
  readonly name: string | null | undefined;
}

export interface QuotaEntityPart {
  readonly entityType: string;
  /** Null: the default entity. */
  readonly entityName: string | null;
}

export interface EntityQuotas {
  readonly entity: readonly QuotaEntityPart[];
  readonly values: readonly { readonly key: string; readonly value: number }[];
}

/** Of entities that have exactly these parts. @throws ClientError */
export async function describeClientQuotas(
  cluster: KafkaCluster,
  filters: readonly QuotaFilter[],
): Promise<readonly EntityQuotas[]> {
  const components = filters.map(({ type, name }) => ({
    entityType: type,
    matchType: name === undefined ? ANY_NAME : name === null ? DEFAULT : EXACT,
    match: name ?? null,
  }));
  const answer = await cluster.call('any', describeApi, { components, strict: true });
  if (answer.errorCode !== 0) throw brokerError('client quotas', answer.errorCode, answer.errorMessage);
  return answer.entries ?? [];
}

/** A null removes the quota. @throws ClientError */
export async function alterClientQuotas(
  cluster: KafkaCluster,
  entity: readonly QuotaEntityPart[],
  quotas: ReadonlyMap<string, number | null>,
): Promise<void> {
  const ops = Array.from(quotas, ([key, value]) => ({ key, value: value ?? 0, remove: value === null }));
  const body = { entries: [{ entity, ops }], validateOnly: false };
  const { entries } = await cluster.call('any', alterApi, body, { once: true });
  for (const { errorCode, errorMessage } of entries)
    if (errorCode !== 0) throw brokerError('client quotas', errorCode, errorMessage);
}
