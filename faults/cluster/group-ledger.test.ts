/** The ledger must see each breach, or churn that passes says nothing. */
import { describe, expect, it } from 'vitest';
import { GroupLedger, type Holding } from './group-ledger.ts';

const member = (memberId: string, generationId: number, partitions: readonly number[] = []): Holding => ({
  ...{ memberId, generationId, partitions, instanceId: null },
});
const fixed = (memberId: string, generationId: number, partitions: readonly number[] = []): Holding => ({
  ...{ memberId, generationId, partitions, instanceId: 'fixed' },
});

describe('the ledger of a group', () => {
  it('finds nothing where members take turns, and a static one comes back under a new id', () => {
    const ledger = new GroupLedger();
    ledger.owns(member('a', 1, [0, 1]));
    ledger.answered(ledger.sends(member('a', 1)), 0);
    ledger.accepts(0, 5);
    ledger.owns(member('a', 2, [1]));
    ledger.owns(fixed('b', 2, [0]));
    // It has joined in its place, without a new generation, and commits before it asks for its assignment.
    ledger.answered(ledger.sends(fixed('c', 2)), 0);
    ledger.owns(fixed('c', 2, [0]));
    ledger.begins(0, 5, ledger.committed(0));
    ledger.answered(ledger.sends(fixed('b', 2)), 82);
    ledger.answered(ledger.sends(fixed('c', 2)), 0);
    ledger.accepts(0, 5);
    ledger.answered(ledger.sends(member('a', 1)), 22);
    ledger.answered(ledger.sends(member('a', 1)), 16);
    expect(ledger.breaches).toEqual([]);
    expect(ledger.staleCommits).toBe(3);
    expect([...ledger.refusals]).toEqual([
      [82, 1],
      [22, 1],
      [16, 1],
    ]);
  });

  it.each<[string, (ledger: GroupLedger) => void, string]>([
    [
      'two owners',
      (ledger) => {
        ledger.owns(member('a', 1, [0]));
        ledger.owns(member('b', 1, [0]));
      },
      'partition 0 is owned by a and by b in generation 1',
    ],
    [
      'a commit that goes back',
      (ledger) => {
        ledger.accepts(3, 7);
        ledger.accepts(3, 6);
      },
      'partition 3 was committed back from 7 to 6',
    ],
    [
      'an owner that begins too low',
      (ledger) => ledger.begins(3, 6, 7),
      'a member of partition 3 begins at 6; 7 was acknowledged',
    ],
    [
      'a commit of the generation before',
      (ledger) => {
        ledger.owns(member('a', 2));
        ledger.answered(ledger.sends(member('b', 1)), 0);
      },
      'a commit of b of generation 1 was accepted; the group was in generation 2',
    ],
    [
      'a commit of who is somebody else by now',
      (ledger) => {
        ledger.owns(fixed('b', 2));
        ledger.owns(fixed('c', 2));
        ledger.answered(ledger.sends(fixed('b', 2)), 0);
      },
      'a commit of b of generation 2 was accepted; the group was in generation 2',
    ],
    [
      'an error that no member expects',
      (ledger) => ledger.answered(ledger.sends(member('a', 1)), 42),
      'a commit of a of generation 1 was answered with 42',
    ],
  ])('sees %s', (_what, act, breach) => {
    const ledger = new GroupLedger();
    act(ledger);
    expect(ledger.breaches).toEqual([breach]);
  });
});
