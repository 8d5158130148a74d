/**
 * Which quota holds for a user with a client id (KIP-55; Kafka's ClientQuotaManager): the most specific one that there is, and who uses
 * it up together.
 */
import { type ClientQuotas, type QuotaEntityPart, quotaEntityKey } from '../controller/image.ts';
import { usualAddress } from '../controller/ip-address.ts';

export type QuotaTable = ReadonlyMap<string, ClientQuotas>;

export interface QuotaShare {
  /** In the unit of the quota. */
  readonly limit: number;
  /** The same for all who share it. */
  readonly sharedBy: string;
}

/** The user's name without its type. */
export interface QuotaClient {
  readonly user: string;
  readonly clientId: string;
}

type Part = string | null | undefined;

function keyOf(user: Part, clientId: Part): string {
  const parts: QuotaEntityPart[] = [];
  if (user !== undefined) parts.push({ entityType: 'user', entityName: user });
  if (clientId !== undefined) parts.push({ entityType: 'client-id', entityName: clientId });
  return quotaEntityKey(parts);
}

/** From the most specific to the least; null is the default entity of a type, undefined leaves it out. */
const levels: readonly ((client: QuotaClient) => readonly [user: Part, clientId: Part])[] = [
  ({ user, clientId }) => [user, clientId],
  ({ user }) => [user, null],
  ({ user }) => [user, undefined],
  ({ clientId }) => [null, clientId],
  () => [null, null],
  () => [null, undefined],
  ({ clientId }) => [undefined, clientId],
  () => [undefined, null],
];

/** Null: nothing limits it. */
export function shareOf(table: QuotaTable, quota: string, client: QuotaClient): QuotaShare | null {
  for (const level of levels) {
    const [user, clientId] = level(client);
    const limit = table.get(keyOf(user, clientId))?.values.get(quota);
    if (limit === undefined) continue;
    // A default is for each user or client id by itself.
    const sharers = [
      user === undefined ? null : client.user,
      clientId === undefined ? null : client.clientId,
    ];
    return { limit, sharedBy: JSON.stringify(sharers) };
  }
  return null;
}

/** Of tables that were asked: limits by quota and address in its usual form, '' for the default. */
const byAddress = new WeakMap<QuotaTable, ReadonlyMap<string, number>>();

const usualForm = (address: string): string => usualAddress(address) ?? address;

function limitsByAddress(table: QuotaTable): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const { entity, values } of table.values()) {
    const address = entity.find(({ entityType }) => entityType === 'ip');
    if (address === undefined) continue;
    for (const [quota, limit] of values) limits.set(`${quota} ${usualForm(address.entityName ?? '')}`, limit);
  }
  return limits;
}

/** Connections a second from an address. */
export function shareOfAddress(table: QuotaTable, quota: string, address: string): QuotaShare | null {
  let limits = byAddress.get(table);
  if (limits === undefined) {
    limits = limitsByAddress(table);
    byAddress.set(table, limits);
  }
  const limit = limits.get(`${quota} ${usualForm(address)}`) ?? limits.get(`${quota} `);
  return limit === undefined ? null : { limit, sharedBy: address };
}
