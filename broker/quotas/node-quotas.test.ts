import { describe, expect, it } from 'vitest';
import { type ClientQuotas, type QuotaEntity, quotaEntityKey } from '../controller/image.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import { registerQuotaBeans } from '../metrics/quota-beans.ts';
import { NodeQuotas } from './node-quotas.ts';
import type { QuotaTable } from './quota-lookup.ts';

const ofUser = (entityName: string): QuotaEntity => [{ entityType: 'user', entityName }];

function node() {
  const state = { nowMs: 0, table: new Map() as QuotaTable };
  const windows = { windows: 11, windowMs: 1_000 };
  const quotas = new NodeQuotas({
    clock: { monotonicMs: () => state.nowMs, wallMs: () => 0 },
    table: () => state.table,
    ...{ rates: windows, mutations: windows },
  });
  const set = (entity: QuotaEntity, values: Readonly<Record<string, number>>): void => {
    const row: ClientQuotas = { entity, values: new Map(Object.entries(values)) };
    state.table = new Map([...state.table, [quotaEntityKey(entity), row]]);
  };
  return { quotas, set, state };
}

const alice = { principal: 'User:alice', clientId: 'app' };
const bob = { principal: 'User:bob', clientId: null };
const produced = (count: number) => ({ bytes: { quota: 'producer_byte_rate', count }, busyMs: 0 }) as const;
const fetched = (count: number) => ({ bytes: { quota: 'consumer_byte_rate', count }, busyMs: 0 }) as const;
const busy = (busyMs: number) => ({ bytes: null, busyMs });

describe('the quotas of a node', () => {
  it('limit nobody while there are none', () => {
    const { quotas, set } = node();
    expect(quotas.isIdle).toBe(true);
    expect(quotas.charge(alice, produced(1e12))).toBe(0);
    expect(quotas.mostFetchBytes(alice)).toBe(Number.POSITIVE_INFINITY);
    expect(quotas.mutations(alice, true).take(1e9)).toBe(true);
    expect(quotas.connection('10.0.0.1')).toBe(0);
    set(ofUser('carol'), { producer_byte_rate: 1 });
    expect(quotas.isIdle).toBe(false);
    expect(quotas.charge(alice, produced(1e12))).toBe(0);
  });

  it('count what is produced and what is fetched apart, by user', () => {
    const { quotas, set } = node();
    set(ofUser('alice'), { producer_byte_rate: 100, consumer_byte_rate: 1_000 });
    expect(quotas.charge(alice, produced(2_000))).toBe(10_000);
    expect(quotas.charge(alice, fetched(10_000))).toBe(0);
    expect(quotas.charge(alice, fetched(1_000))).toBe(1_000);
    expect(quotas.charge(bob, produced(2_000))).toBe(0);
    expect(quotas.mostFetchBytes(alice)).toBe(11_000);
  });

  it('count the time of the thread, and have nobody wait for longer than a second because of it', () => {
    const { quotas, set } = node();
    set(ofUser('alice'), { request_percentage: 10 });
    // A second in ten seconds is ten percent.
    expect(quotas.charge(alice, busy(1_000))).toBe(0);
    expect(quotas.charge(alice, busy(50))).toBe(500);
    expect(quotas.charge(alice, busy(5_000))).toBe(1_000);
  });

  it('have the longer of two waits', () => {
    const { quotas, set } = node();
    set(ofUser('alice'), { request_percentage: 10, producer_byte_rate: 100 });
    expect(quotas.charge(alice, { ...produced(1_050), busyMs: 2_000 })).toBe(1_000);
    expect(quotas.charge(alice, { ...produced(950), busyMs: 0 })).toBe(10_000);
  });

  it('are those of the newest table', () => {
    const { quotas, set } = node();
    set(ofUser('alice'), { producer_byte_rate: 100 });
    expect(quotas.charge(alice, produced(2_000))).toBe(10_000);
    set(ofUser('alice'), { producer_byte_rate: 1_000 });
    expect(quotas.charge(alice, produced(10))).toBe(0);
  });

  it('refuse connections beyond what an address may have', () => {
    const { quotas, set } = node();
    set([{ entityType: 'ip', entityName: '10.0.0.1' }], { connection_creation_rate: 1 });
    const delays = Array.from({ length: 11 }, () => quotas.connection('10.0.0.1'));
    expect(delays).toEqual([...Array.from({ length: 10 }, () => 0), 1_000]);
    expect(quotas.connection('10.0.0.2')).toBe(0);
  });
});

describe('what clients use of their quotas', () => {
  it('is told of those who are limited, for an hour', () => {
    const { quotas, set, state } = node();
    set(ofUser('alice'), { producer_byte_rate: 100 });
    set([...ofUser('carol'), { entityType: 'client-id', entityName: 'c' }], { request_percentage: 1 });
    expect(quotas.charge(bob, produced(500))).toBe(0);
    expect(quotas.charge(alice, produced(2_000))).toBe(10_000);
    expect(quotas.charge({ principal: 'User:carol', clientId: 'c' }, busy(1_000))).toBe(1_000);
    const told = () =>
      Object.fromEntries(Object.entries(quotas.uses()).map(([quota, uses]) => [quota, [...uses]]));
    expect(told()).toEqual({
      producer_byte_rate: [{ sharedBy: '["alice",null]', rate: 200, throttleMs: 10_000 }],
      consumer_byte_rate: [],
      request_percentage: [{ sharedBy: '["carol","c"]', rate: 10, throttleMs: 1_000 }],
    });
    state.nowMs = 3_600_000;
    expect(told()['producer_byte_rate']).toEqual([
      { sharedBy: '["alice",null]', rate: 0, throttleMs: Number.NaN },
    ]);
    state.nowMs += 1;
    expect(told()).toEqual({ producer_byte_rate: [], consumer_byte_rate: [], request_percentage: [] });
  });

  it('has names that cannot be taken for more', () => {
    const { quotas, set } = node();
    set(ofUser('a,b="*'), { producer_byte_rate: 1 });
    set([{ entityType: 'client-id', entityName: null }], { consumer_byte_rate: 1 });
    quotas.charge({ principal: 'User:a,b="*', clientId: '' }, produced(1));
    quotas.charge({ principal: 'User:x', clientId: "it's" }, fetched(1));
    const metrics = new BrokerMetrics({ monotonicMs: () => 0, wallMs: () => 0 });
    registerQuotaBeans(metrics, quotas);
    const names = [...metrics.beans.beans()].map(({ name }) => name);
    expect(names).toContain('kafka.server:type=Produce,user=a%2Cb%3D%22%2A');
    expect(names).toContain('kafka.server:type=Fetch,client-id=it%27s');
  });
});
