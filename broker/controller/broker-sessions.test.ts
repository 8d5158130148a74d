import { describe, expect, it } from 'vitest';
import { BrokerSessions } from './broker-sessions.ts';

const A = { brokerId: 1, brokerEpoch: 10 };

function contact(changes: { readonly brokerEpoch?: number; readonly metadataOffset?: number } = {}) {
  const abort = new AbortController();
  const { brokerEpoch = 10, metadataOffset = 5 } = changes;
  return { abort, contact: { brokerId: 1, brokerEpoch, metadataOffset, connection: abort.signal } };
}

describe('BrokerSessions', () => {
  it('last for the timeout since the last contact, to the millisecond', () => {
    const sessions = new BrokerSessions(100);
    expect(sessions.nextEndMs()).toBeNull();
    sessions.heard(contact().contact, 0);
    sessions.heard(contact().contact, 50);
    expect(sessions.nextEndMs()).toBe(150);
    expect([sessions.silent(149), sessions.isSilent(A, 149)]).toEqual([[], false]);
    expect([sessions.silent(150), sessions.isSilent(A, 150)]).toEqual([[A], true]);
    sessions.forget(1);
    expect([sessions.silent(150), sessions.nextEndMs(), sessions.isSilent(A, 0)]).toEqual([[], null, true]);
  });

  it('end first where nobody was heard of longest', () => {
    const sessions = new BrokerSessions(100);
    sessions.grant({ brokerId: 2, brokerEpoch: 1 }, 20);
    sessions.heard(contact().contact, 10);
    sessions.grant({ brokerId: 3, brokerEpoch: 1 }, 30);
    expect(sessions.nextEndMs()).toBe(110);
    expect(sessions.silent(125).map(({ brokerId }) => brokerId)).toEqual([2, 1]);
  });

  it('are granted by a new controller without a belief that the process lives', () => {
    const sessions = new BrokerSessions(100);
    sessions.grant(A, 0);
    expect([sessions.isSilent(A, 99), sessions.isConnected(1, 0), sessions.metadataOffsetOf(1)]).toEqual([
      false,
      false,
      -1,
    ]);
    const { abort, contact: first } = contact();
    sessions.heard(first, 60);
    expect([sessions.isConnected(1, 159), sessions.isConnected(1, 160)]).toEqual([true, false]);
    abort.abort();
    expect([sessions.isConnected(1, 61), sessions.isSilent(A, 61)]).toEqual([false, false]);
  });

  it('begin anew with a registration', () => {
    const sessions = new BrokerSessions(100);
    sessions.heard(contact({ metadataOffset: 50 }).contact, 0);
    sessions.heard(contact({ brokerEpoch: 20, metadataOffset: -1 }).contact, 10);
    expect([sessions.isSilent(A, 11), sessions.metadataOffsetOf(1), sessions.connectionOf(A)]).toEqual([
      true,
      -1,
      null,
    ]);
  });

  it('remember the newest offset, also when heartbeats overtake each other', () => {
    const sessions = new BrokerSessions(100);
    sessions.heard(contact({ metadataOffset: 7 }).contact, 0);
    const { abort, contact: late } = contact({ metadataOffset: 6 });
    sessions.heard(late, 1);
    expect([sessions.metadataOffsetOf(1), sessions.connectionOf(A)]).toEqual([7, abort.signal]);
  });

  it('all begin anew when this process stood still', () => {
    const sessions = new BrokerSessions(100);
    sessions.grant(A, 0);
    sessions.restart(500);
    expect([sessions.silent(599), sessions.silent(600)]).toEqual([[], [A]]);
  });
});
