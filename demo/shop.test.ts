import { describe, expect, it } from 'vitest';
import { busyness, countAround, order, pageView, paymentFor } from './shop.ts';
import type { Chance } from './shop.ts';

/** Park and Miller's generator: the same numbers in every run. */
function seeded(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
const now = new Date('2026-01-02T03:04:05Z');

describe('the shop', () => {
  it('makes orders that add up', () => {
    const chance = seeded(7);
    for (let count = 0; count < 200; count += 1) {
      const { key, value } = order(chance, now);
      expect(key).toBe(value.customerId);
      expect(value.lines.length).toBeGreaterThan(0);
      expect(value.totalCents).toBe(
        value.lines.reduce((sum, line) => sum + line.quantity * line.priceCents, 0),
      );
    }
  });

  it('asks for the whole amount, from the customer who ordered', () => {
    const chance = seeded(11);
    const placed = order(chance, now).value;
    const { key, value } = paymentFor(placed, chance, now);
    expect(key).toBe(placed.customerId);
    expect(value).toMatchObject({ orderId: placed.orderId, amountCents: placed.totalCents });
  });

  it('keys page views by session', () => {
    const { key, value } = pageView(seeded(3), now);
    expect(key).toBe(value.sessionId);
  });

  it('is never closed and never overrun', () => {
    for (let minute = 0; minute < 600; minute += 1) {
      const busy = busyness(minute * 60_000);
      expect(busy).toBeGreaterThanOrEqual(0.5);
      expect(busy).toBeLessThanOrEqual(1.5);
    }
  });

  it('counts whole things around a mean', () => {
    const chance = seeded(5);
    const counts = Array.from({ length: 5_000 }, () => countAround(1.4, chance));
    expect(new Set(counts)).toEqual(new Set([1, 2]));
    expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeCloseTo(1.4, 1);
  });
});
