import { describe, expect, it } from 'vitest';
import type { PendingDelivery } from '../store/outbox.ts';
import { backOffMs, planMessage } from './delivery-plan.ts';

const delivery = (id: string, changes: Partial<PendingDelivery> = {}): PendingDelivery => ({
  id,
  incidentId: `incident-${id}`,
  channelId: 'c',
  kind: 'firing',
  payload: {},
  batch: null,
  messageId: `<${id}@x>`,
  attempts: 0,
  createdAtMs: 0,
  nextAttemptAtMs: 0,
  ...changes,
});

const ids = (plan: ReturnType<typeof planMessage>): string[] | null =>
  plan?.deliveries.map(({ id }) => id) ?? null;

describe('planMessage', () => {
  it('has nothing to do without deliveries', () => {
    expect(planMessage([], [], 0)).toBeNull();
  });

  it('puts everything that waits into one message under the Message-ID of the first', () => {
    const plan = planMessage([delivery('a'), delivery('b')], [], 0);
    expect(plan).toMatchObject({ batch: 'a', messageId: '<a@x>', attempt: 1 });
    expect(ids(plan)).toEqual(['a', 'b']);
  });

  it('tries again together what was tried together, before anything newer', () => {
    const tried = { batch: 'a', attempts: 2, nextAttemptAtMs: 500 };
    const pending = [delivery('a', tried), delivery('b', tried), delivery('c')];
    expect(planMessage(pending, [], 499)).toBeNull();
    const plan = planMessage(pending, [], 500);
    expect(ids(plan)).toEqual(['a', 'b']);
    expect(plan).toMatchObject({ batch: 'a', messageId: '<a@x>', attempt: 3 });
  });

  it('does not wait for a time that lies further away than any wait: the clock went back', () => {
    const waiting = (nextAttemptAtMs: number) => planMessage([delivery('a', { nextAttemptAtMs })], [], 0);
    expect(waiting(72 * 60_000)).toBeNull();
    expect(ids(waiting(72 * 60_000 + 1))).toEqual(['a']);
  });

  it.each([
    ['within the minute', [1_000], 60_999, null],
    ['after it', [1_000], 61_000, ['a']],
    ['one of two recipients within it', [0, 50_000], 61_000, null],
    ['a clock that went back', [9_000_000], 61_000, ['a']],
  ])('leaves a minute between messages to one recipient: %s', (_name, lastSent, nowMs, expected) => {
    expect(ids(planMessage([delivery('a')], lastSent, nowMs))).toEqual(expected);
  });
});

it('backs off from half a minute to an hour, spread by a fifth', () => {
  expect([1, 2, 3, 7, 8, 50].map((attempt) => backOffMs(attempt, 0) / 1_000)).toEqual([
    30, 60, 120, 1_920, 3_600, 3_600,
  ]);
  expect(backOffMs(1, 1)).toBe(36_000);
});
