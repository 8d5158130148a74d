import { describe, expect, it } from 'vitest';
import { MutationQuota } from './mutation-quota.ts';

const share = { limit: 2, sharedBy: 'alice' };

function bucket(limit = share.limit) {
  let nowMs = 50;
  const quota = new MutationQuota({ windows: 11, windowMs: 1_000 });
  return {
    pass: (ms: number) => (nowMs += ms),
    request: (isStrict: boolean) => quota.allowance({ ...share, limit }, isStrict, () => nowMs),
  };
}

describe('changes of partitions', () => {
  it('may overdraw what the windows hold once, and are refused until it is paid back', () => {
    const { request, pass } = bucket();
    const first = request(true);
    // 22 are there; the rest is borrowed.
    expect([first.take(20), first.take(10), first.throttleMs]).toEqual([true, true, 0]);
    const second = request(true);
    expect([second.take(1), second.throttleMs]).toEqual([false, 4_000]);
    pass(3_999);
    expect(request(true).take(1)).toBe(false);
    pass(1);
    expect(request(true).take(1)).toBe(true);
  });

  it('are done and then waited for by clients that know no refusal', () => {
    const { request } = bucket();
    const old = request(false);
    expect([old.take(22), old.throttleMs]).toEqual([true, 0]);
    expect([old.take(4), old.throttleMs]).toEqual([true, 2_000]);
    const next = request(false);
    expect([next.take(2), next.throttleMs]).toEqual([true, 3_000]);
  });

  it('do not gather beyond what the windows hold', () => {
    const { request, pass } = bucket();
    request(true).take(22);
    pass(3_600_000);
    const late = request(true);
    expect([late.take(23), late.take(1)]).toEqual([true, false]);
  });
});
