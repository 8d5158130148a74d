import { describe, expect, it } from 'vitest';
import { type ClientQuotas, quotaEntityKey } from '../controller/image.ts';
import { type QuotaTable, shareOf, shareOfAddress } from './quota-lookup.ts';

type Part = string | null | undefined;

/** Quotas of users and client ids; null is the default entity. */
function tableOf(quota: string, ...rows: readonly (readonly [user: Part, clientId: Part, limit: number])[]) {
  const table = new Map<string, ClientQuotas>();
  for (const [user, clientId, limit] of rows) {
    const entity = [
      ...(user === undefined ? [] : [{ entityType: 'user', entityName: user }]),
      ...(clientId === undefined ? [] : [{ entityType: 'client-id', entityName: clientId }]),
    ];
    table.set(quotaEntityKey(entity), { entity, values: new Map([[quota, limit]]) });
  }
  return table;
}

const alice = { user: 'alice', clientId: 'app' };
/** From the most specific on; each has a limit of its own. */
const rows = [
  ['alice', 'app', 1],
  ['alice', null, 2],
  ['alice', undefined, 3],
  [null, 'app', 4],
  [null, null, 5],
  [null, undefined, 6],
  [undefined, 'app', 7],
  [undefined, null, 8],
] as const;

describe('the quota of a client', () => {
  it('is the most specific there is', () => {
    const found = rows.map(
      (_row, from) => shareOf(tableOf('rate', ...rows.slice(from)), 'rate', alice)?.limit,
    );
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(
      shareOf(tableOf('rate', ['bob', undefined, 1], [undefined, 'other', 2]), 'rate', alice),
    ).toBeNull();
    expect(shareOf(tableOf('rate', ...rows), 'other', alice)).toBeNull();
  });

  it('is shared by those whom its entity does not tell apart', () => {
    const clients = [alice, { user: 'alice', clientId: 'tool' }, { user: 'bob', clientId: 'app' }];
    const sharersIn = (row: (typeof rows)[number]) =>
      new Set(clients.map((client) => shareOf(tableOf('rate', row), 'rate', client)?.sharedBy ?? null)).size;
    const [, ofDefaultClient, ofUser, , eachOfAll, eachUser, , eachClient] = rows;
    // Of alice: app and tool apart, or together; nobody limits bob.
    expect([sharersIn(ofDefaultClient), sharersIn(ofUser)]).toEqual([3, 2]);
    expect([sharersIn(eachOfAll), sharersIn(eachUser), sharersIn(eachClient)]).toEqual([3, 2, 2]);
  });
});

describe('the quota of an address', () => {
  const ofAddresses = (...limits: readonly (readonly [string | null, number])[]): QuotaTable =>
    new Map(
      limits.map(([entityName, limit]) => {
        const entity = [{ entityType: 'ip', entityName }];
        return [quotaEntityKey(entity), { entity, values: new Map([['connections', limit]]) }];
      }),
    );

  it('is its own, in whatever way it was written, or the default', () => {
    const table = ofAddresses(['10.0.0.1', 3], ['0:0:0:0:0:0:0:1', 4], [null, 5]);
    const limitOf = (address: string) => shareOfAddress(table, 'connections', address)?.limit;
    expect([limitOf('10.0.0.1'), limitOf('::1'), limitOf('10.0.0.2')]).toEqual([3, 4, 5]);
    expect(shareOfAddress(ofAddresses(['10.0.0.1', 3]), 'connections', '10.0.0.2')).toBeNull();
    expect(shareOfAddress(table, 'other', '10.0.0.1')).toBeNull();
  });
});
