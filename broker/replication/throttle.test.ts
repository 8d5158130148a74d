/** A throttle lets through its rate over its windows, for the replicas that it covers. */
import { describe, expect, it } from 'vitest';
import { MemoryTime } from '../platform/memory/memory-time.ts';
import { ReplicationThrottle } from './throttle.ts';

function throttleOf(bytesPerSecond: number | null) {
  const clock = new MemoryTime(0);
  const throttle = new ReplicationThrottle({ clock, brokerId: 2 });
  throttle.setRate(bytesPerSecond);
  return { clock, throttle };
}

describe('a throttle', () => {
  it('covers the replicas of this broker that the topic names', () => {
    const { throttle } = throttleOf(1);
    const some = ['0:1', '1:2', '3:2'];
    expect([0, 1, 2, 3].map((partition) => throttle.covers(some, partition))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(throttle.covers(['*'], 7)).toBe(true);
    expect(throttle.covers([], 0)).toBe(false);
  });

  it('without a rate never holds back', () => {
    const { throttle } = throttleOf(null);
    throttle.record(1e12);
    expect([throttle.isExceeded, throttle.waitMs]).toEqual([false, 0]);
  });

  it('is exceeded beyond its rate, until enough time has passed', async () => {
    const { clock, throttle } = throttleOf(1_000);
    throttle.record(1_000);
    expect(throttle.isExceeded).toBe(false);
    throttle.record(4_000);
    expect(throttle.isExceeded).toBe(true);
    const waitMs = throttle.waitMs;
    expect(waitMs).toBe(5_000);
    await clock.advance(waitMs - 1);
    expect(throttle.isExceeded).toBe(true);
    await clock.advance(1);
    expect([throttle.isExceeded, throttle.waitMs]).toEqual([false, 0]);
  });

  it('forgets what is older than its windows', async () => {
    const { clock, throttle } = throttleOf(1_000);
    throttle.record(1_000_000);
    expect(throttle.waitMs).toBe(11_000);
    await clock.advance(11_000);
    expect([throttle.isExceeded, throttle.rateBytesPerSecond]).toEqual([false, 0]);
  });

  it('keeps to its rate over time', async () => {
    const { clock, throttle } = throttleOf(10_000);
    let bytes = 0;
    for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 50) {
      if (!throttle.isExceeded) {
        throttle.record(2_500);
        bytes += 2_500;
      }
      await clock.advance(50);
    }
    expect(bytes / 60).toBeGreaterThan(8_500);
    expect(bytes / 60).toBeLessThan(11_500);
  });
});
