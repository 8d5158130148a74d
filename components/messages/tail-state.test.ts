/** A live view: the newest first, still while it is held, bounded, and honest about what it left out. */
import { expect, it } from 'vitest';
import type { Message, TailEvent } from '../../console/contracts/messages.ts';
import { noTail, TAIL_KEPT_MAX, tailAfter, type TailState } from './tail-state.ts';

function message(offset: number): Message {
  return {
    partition: 0,
    offset,
    timestamp: offset,
    key: null,
    keyEncoding: 'text',
    keySizeBytes: 0,
    value: 'v',
    valueEncoding: 'text',
    valueSizeBytes: 1,
    headers: [],
    sizeBytes: 1,
    isCut: false,
  };
}

/** Offsets `from` up to `to`, which is not among them. */
function event(from: number, to: number, left = 0): TailEvent {
  const items = Array.from({ length: to - from }, (_, index) => message(from + index));
  return { items, records: items.length + left, left, unanswered: [], asOf: '2026-01-01T00:00:00.000Z' };
}
const arrive = (state: TailState, arrived: TailEvent) =>
  tailAfter(state, { kind: 'arrived', event: arrived });
const offsets = (messages: readonly Message[]) => messages.map(({ offset }) => offset);

it('shows the newest first', () => {
  const state = arrive(arrive(noTail, event(0, 2)), event(2, 4, 7));
  expect(offsets(state.shown)).toEqual([3, 2, 1, 0]);
  expect(state).toMatchObject({ arrived: 4, looked: 11, leftOut: 7, connection: 'open' });
});

it('stands still while it is held, and goes on without losing one', () => {
  const held = tailAfter(arrive(noTail, event(0, 2)), { kind: 'held', isHeld: true });
  const later = arrive(arrive(held, event(2, 3)), event(3, 4));
  expect(later.shown).toBe(held.shown);
  expect(offsets(later.waiting)).toEqual([3, 2]);
  expect(tailAfter(later, { kind: 'held', isHeld: true })).toBe(later);
  const on = tailAfter(later, { kind: 'held', isHeld: false });
  expect(offsets(on.shown)).toEqual([3, 2, 1, 0]);
  expect(on.waiting).toEqual([]);
});

it('keeps so many only, and counts what waited too long', () => {
  const full = arrive(noTail, event(0, TAIL_KEPT_MAX + 50));
  expect(full.shown.length).toBe(TAIL_KEPT_MAX);
  expect(full.shown[0]?.offset).toBe(TAIL_KEPT_MAX + 49);
  const held = arrive(tailAfter(noTail, { kind: 'held', isHeld: true }), event(0, TAIL_KEPT_MAX + 50));
  expect(held.waiting.length).toBe(TAIL_KEPT_MAX);
  expect(held.leftOut).toBe(50);
});

it('counts a gap once each time an open connection is lost', () => {
  const lost = tailAfter(tailAfter(noTail, { kind: 'opened' }), { kind: 'lost' });
  expect(tailAfter(lost, { kind: 'lost' }).gaps).toBe(1);
  expect(tailAfter(noTail, { kind: 'lost' }).gaps).toBe(0);
});

it('begins anew with another question, held as it was', () => {
  const held = tailAfter(arrive(noTail, event(0, 3)), { kind: 'held', isHeld: true });
  expect(tailAfter(held, { kind: 'begun' })).toEqual({ ...noTail, isHeld: true });
});

it('is empty when it is cleared, and goes on', () => {
  const state = tailAfter(arrive(noTail, event(0, 3)), { kind: 'cleared' });
  expect(state).toMatchObject({ shown: [], arrived: 0, connection: 'open' });
});
