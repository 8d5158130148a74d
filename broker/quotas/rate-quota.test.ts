import { describe, expect, it } from 'vitest';
import { RateQuota } from './rate-quota.ts';

const share = { limit: 100, sharedBy: 'alice' };
const quota = (longestWaitMs?: number) =>
  new RateQuota({ windows: 11, windowMs: 1_000, ...(longestWaitMs !== undefined && { longestWaitMs }) });

describe('a rate', () => {
  it('may be used up at once after a silence, and what is beyond it is waited for', () => {
    const rate = quota();
    // Ten seconds' worth, as Kafka takes the windows before the first one to be over and empty.
    expect(rate.charge(share, 1_000, 0)).toBe(0);
    // 1,500 in ten seconds: half as much again, so five seconds more.
    expect(rate.charge(share, 500, 0)).toBe(5_000);
  });

  it('is right again once the client has waited', () => {
    const rate = quota();
    const waitMs = rate.charge(share, 1_090, 0);
    expect(waitMs).toBe(900);
    expect(rate.charge(share, 0, 10_000 + waitMs)).toBe(0);
    // Everything of the first window is forgotten.
    expect(rate.charge(share, 999, 11_001)).toBe(0);
  });

  it('is waited for no longer than is asked for at once', () => {
    expect(quota(1_000).charge(share, 5_000, 0)).toBe(1_000);
    expect(quota(1_000).charge(share, 1_050, 0)).toBe(500);
  });

  it('belongs to those who share it', () => {
    const rate = quota();
    rate.charge(share, 1_000, 0);
    expect(rate.charge({ limit: 100, sharedBy: 'bob' }, 1_000, 0)).toBe(0);
    expect(rate.charge(share, 100, 0)).toBeGreaterThan(0);
  });

  it('does not count what was refused', () => {
    const rate = quota();
    expect(rate.chargeIfKept(share, 1_000, 0)).toBe(0);
    expect(rate.chargeIfKept(share, 1, 0)).toBeGreaterThan(0);
    expect(rate.chargeIfKept(share, 10_000, 0)).toBeGreaterThan(0);
    expect(rate.charge(share, 10, 0)).toBe(100);
  });

  it('says how much may come at once', () => {
    expect(quota().mostAtOnce(share)).toBe(1_100);
  });
});
