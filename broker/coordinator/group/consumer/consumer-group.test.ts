/** What a group says of itself follows from its records, in whatever order they came and went. */
import { describe, expect, it } from 'vitest';
import {
  ConsumerGroup,
  type MemberAssignment,
  type MemberSubscription,
  NOT_JOINED,
} from './consumer-group.ts';
import type { OwnedPartitions } from './topic-partitions.ts';

const groupId = 'g';
const SUBSCRIPTION: MemberSubscription = {
  ...{ instanceId: null, rackId: null, clientId: 'c', clientHost: '/h', subscribedTopicNames: [] },
  ...{ subscribedTopicRegex: null, rebalanceTimeoutMs: 1, serverAssignor: null, classic: null },
};

function owned(...partitions: number[]): OwnedPartitions {
  return new Map([['T', new Map(partitions.map((partition) => [partition, 1]))]]);
}

function subscribe(group: ConsumerGroup, memberId: string, fields: Partial<MemberSubscription> | null): void {
  const value = fields && { ...SUBSCRIPTION, ...fields };
  group.replay({ kind: 'consumer-member', groupId, memberId, value });
}

function assign(group: ConsumerGroup, memberId: string, fields: Partial<MemberAssignment> | null): void {
  const value = fields && { ...NOT_JOINED, ...fields };
  group.replay({ kind: 'consumer-current', groupId, memberId, value });
}

function memberOf(group: ConsumerGroup, memberId: string) {
  const member = group.member(memberId);
  if (member === null) throw new Error(`${memberId} is not there`);
  return member;
}

describe('a consumer group', () => {
  it('knows by name who has a partition, or has yet to let go of it', () => {
    const group = new ConsumerGroup(groupId);
    for (const id of ['a', 'b']) subscribe(group, id, {});
    assign(group, 'a', { assigned: owned(0), pendingRevocation: owned(1) });
    const claimed = (id: string): boolean[] =>
      [0, 1, 2].map((partition) => group.isClaimedBeside(memberOf(group, id), 'T', partition));
    expect([claimed('a'), claimed('b')]).toEqual([
      [false, false, false],
      [true, true, false],
    ]);
    assign(group, 'a', { assigned: owned(2) });
    expect(claimed('b')).toEqual([false, false, true]);
    assign(group, 'a', null);
    expect(claimed('b')).toEqual([false, false, false]);
  });

  it('reads the topics that a member is left for, by name or by pattern', () => {
    const group = new ConsumerGroup(groupId);
    const value = { topics: new Set(['v', 'w']), version: 1, timestampMs: 0 };
    group.replay({ kind: 'consumer-pattern', groupId, pattern: '[vw]', value });
    subscribe(group, 'a', { subscribedTopicNames: ['t', 'u'] });
    subscribe(group, 'b', { subscribedTopicNames: ['u'], subscribedTopicRegex: '[vw]' });
    const names = (): string[] => [...group.subscribedTopicNames()].sort();
    expect([names(), group.countPattern('[vw]')]).toEqual([['t', 'u', 'v', 'w'], 1]);
    subscribe(group, 'b', { subscribedTopicNames: ['x'] });
    expect([names(), group.countPattern('[vw]')]).toEqual([['t', 'u', 'x'], 0]);
    subscribe(group, 'a', null);
    expect(names()).toEqual(['x']);
  });

  it('finds a static member by its instance id, and not who left', () => {
    const group = new ConsumerGroup(groupId);
    subscribe(group, 'a', { instanceId: 'i' });
    expect(group.staticMember('i')?.memberId).toBe('a');
    // Its successor may be written before the former is taken out.
    subscribe(group, 'b', { instanceId: 'i' });
    subscribe(group, 'a', null);
    expect(group.staticMember('i')?.memberId).toBe('b');
    subscribe(group, 'b', null);
    expect(group.staticMember('i')).toBeNull();
  });

  it('is not changed by what is drafted', () => {
    const group = new ConsumerGroup(groupId);
    subscribe(group, 'a', { instanceId: 'i', subscribedTopicNames: ['t'] });
    assign(group, 'a', { assigned: owned(0) });
    const draft = group.draft();
    subscribe(draft, 'a', null);
    assign(draft, 'a', null);
    subscribe(draft, 'b', { subscribedTopicNames: ['u'] });
    expect([[...draft.subscribedTopicNames()], draft.memberCount, draft.staticMember('i')]).toEqual([
      ['u'],
      1,
      null,
    ]);
    expect(draft.isClaimedBeside(memberOf(draft, 'b'), 'T', 0)).toBe(false);
    expect([[...group.subscribedTopicNames()], group.memberCount]).toEqual([['t'], 1]);
    expect(group.isClaimedBeside(memberOf(draft, 'b'), 'T', 0)).toBe(true);
  });
});
