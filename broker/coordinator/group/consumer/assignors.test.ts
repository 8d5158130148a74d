/** uniform and range: tables of known cases, and what must hold whatever groups look like. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Assignable, type AssignableMember, type Assignor, ASSIGNORS } from './assignor.ts';
import { countPartitions, type TopicPartitions, toTopicList } from './topic-partitions.ts';

type Table = Readonly<Record<string, string>>;

function assignorOf(name: string): Assignor {
  const found = ASSIGNORS.get(name);
  if (found === undefined) throw new Error(`no assignor ${name}`);
  return found;
}

/** `t:0,1 u:2` */
function parse(text: string): TopicPartitions {
  const topics = text.split(' ').filter((each) => each !== '');
  return new Map(
    topics.map((each) => {
      const [topicId = '', partitions = ''] = each.split(':');
      return [topicId, new Set(partitions.split(',').map(Number))];
    }),
  );
}

function print(of: TopicPartitions): string {
  const topics = toTopicList(of).sort((left, right) => (left.topicId < right.topicId ? -1 : 1));
  return topics.map(({ topicId, partitions }) => `${topicId}:${partitions.join(',')}`).join(' ');
}

/** Members as `id` or `id=instance`, with what they subscribe to. */
function group(
  counts: Readonly<Record<string, number>>,
  subscriptions: Table,
  targets: Table = {},
): Assignable {
  const members = Object.entries(subscriptions).map(([name, topics]): AssignableMember => {
    const [memberId = '', instanceId = null] = name.split('=');
    return {
      memberId,
      instanceId,
      topics: new Set(topics.split(' ')),
      target: parse(targets[memberId] ?? ''),
    };
  });
  return { members, partitionCounts: new Map(Object.entries(counts)) };
}

function assigned(name: string, input: Assignable): Table {
  return Object.fromEntries([...assignorOf(name)(input)].map(([memberId, of]) => [memberId, print(of)]));
}

describe('uniform', () => {
  it.each<[string, Assignable, Table]>([
    ['nobody', group({}, {}), {}],
    ['one member', group({ t: 3 }, { a: 't' }), { a: 't:0,1,2' }],
    ['more members than partitions', group({ t: 1 }, { a: 't', b: 't' }), { a: 't:0', b: '' }],
    ['turns', group({ t: 3, u: 2 }, { a: 't u', b: 't u' }), { a: 't:0,2 u:1', b: 't:1 u:0' }],
    [
      'a second member takes only the surplus',
      group({ t: 4 }, { a: 't', b: 't' }, { a: 't:0,1,2,3' }),
      { a: 't:0,1', b: 't:2,3' },
    ],
    [
      'a larger share stays where it is',
      group({ t: 5 }, { a: 't', b: 't' }, { a: 't:0,1', b: 't:2,3,4' }),
      { a: 't:0,1', b: 't:2,3,4' },
    ],
    [
      'partitions that are gone, and topics that it has left',
      group({ t: 2, u: 1 }, { a: 't', b: 't' }, { a: 't:0,7 u:0' }),
      { a: 't:0', b: 't:1' },
    ],
    [
      'different subscriptions: the one with few choices first',
      group({ t: 2, u: 2 }, { a: 't', b: 't u' }),
      { a: 't:0,1', b: 'u:0,1' },
    ],
    [
      'different subscriptions: moves until it is even',
      group({ t: 4, u: 1 }, { a: 't', b: 't u' }, { b: 't:0,1,2,3 u:0' }),
      { a: 't:2,3', b: 't:0,1 u:0' },
    ],
  ])('%s', (_what, input, expected) => {
    expect(assigned('uniform', input)).toEqual(expected);
  });
});

describe('range', () => {
  it.each<[string, Assignable, Table]>([
    ['runs, the first ones longer', group({ t: 5 }, { b: 't', a: 't' }), { a: 't:0,1,2', b: 't:3,4' }],
    [
      'topics of the same size are cut alike',
      group({ t: 3, u: 3 }, { a: 't u', b: 't u' }),
      { a: 't:0,1 u:0,1', b: 't:2 u:2' },
    ],
    ['more members than partitions', group({ t: 1 }, { a: 't', b: 't' }), { a: 't:0', b: '' }],
    [
      'different subscriptions',
      group({ t: 1, u: 2, v: 3 }, { a: 't', b: 't u', c: 't u v' }),
      { a: 't:0', b: 'u:0', c: 'u:1 v:0,1,2' },
    ],
    [
      'static members first, by instance id',
      group({ t: 3 }, { a: 't', 'x=2': 't', 'z=1': 't' }),
      { z: 't:0', x: 't:1', a: 't:2' },
    ],
  ])('%s', (_what, input, expected) => {
    expect(assigned('range', input)).toEqual(expected);
  });
});

const TOPICS = ['t', 'u', 'v', 'w'];
const counts = fc.record(Object.fromEntries(TOPICS.map((topic) => [topic, fc.nat(9)])));
const subscription = fc.subarray(TOPICS);
const sameForAll = fc
  .tuple(subscription, fc.integer({ min: 1, max: 7 }))
  .map(([topics, size]) => Array.from({ length: size }, () => topics));
const mixed = fc.array(subscription, { minLength: 1, maxLength: 7 });

function groupOf(counts: Readonly<Record<string, number>>, subscriptions: readonly string[][]): Assignable {
  const members = subscriptions.map((topics, index): AssignableMember => {
    return { memberId: `m${String(index)}`, instanceId: null, topics: new Set(topics), target: new Map() };
  });
  return { members, partitionCounts: new Map(Object.entries(counts)) };
}

function withTargets(input: Assignable, targets: ReadonlyMap<string, TopicPartitions>): Assignable {
  const members = input.members.map((member) => ({
    ...member,
    target: targets.get(member.memberId) ?? new Map(),
  }));
  return { ...input, members };
}

function sizes(result: ReadonlyMap<string, TopicPartitions>): number[] {
  return [...result.values()].map(countPartitions);
}

/** Each partition of a topic that somebody reads has one owner, who reads it; no other partition has. */
function checkComplete(
  { members, partitionCounts }: Assignable,
  result: ReadonlyMap<string, TopicPartitions>,
): void {
  const owners = new Map<string, string>();
  for (const { memberId, topics } of members) {
    for (const [topicId, partitions] of result.get(memberId) ?? []) {
      expect(topics.has(topicId)).toBe(true);
      for (const partition of partitions) {
        expect(partition).toBeLessThan(partitionCounts.get(topicId) ?? 0);
        expect(owners.has(`${topicId}${String(partition)}`)).toBe(false);
        owners.set(`${topicId}${String(partition)}`, memberId);
      }
    }
  }
  const read = TOPICS.filter((topic) => members.some(({ topics }) => topics.has(topic)));
  expect(owners.size).toBe(read.reduce((sum, topic) => sum + (partitionCounts.get(topic) ?? 0), 0));
}

function kept(
  before: ReadonlyMap<string, TopicPartitions>,
  after: ReadonlyMap<string, TopicPartitions>,
): number {
  let count = 0;
  for (const [memberId, topics] of before)
    for (const [topicId, partitions] of topics)
      for (const partition of partitions)
        if (after.get(memberId)?.get(topicId)?.has(partition) === true) count += 1;
  return count;
}

describe('whatever the group looks like', () => {
  it.each(['uniform', 'range'])('%s gives every partition to one who reads it', (name) => {
    fc.assert(
      fc.property(counts, fc.oneof(sameForAll, mixed), counts, mixed, (first, subscribed, second, others) => {
        const before = groupOf(first, subscribed);
        const result = assignorOf(name)(before);
        checkComplete(before, result);
        // And again after anything may have changed.
        const after = withTargets(groupOf(second, others), result);
        checkComplete(after, assignorOf(name)(after));
      }),
      { numRuns: 300 },
    );
  });

  it('uniform is even within one where all read the same, and moves no more than it must', () => {
    fc.assert(
      fc.property(counts, sameForAll, fc.integer({ min: 1, max: 7 }), (count, subscribed, size) => {
        const first = groupOf(count, subscribed);
        const before = assignorOf('uniform')(first);
        expect(Math.max(...sizes(before)) - Math.min(...sizes(before))).toBeLessThanOrEqual(1);
        const next = Array.from({ length: size }, () => subscribed[0] ?? []);
        const after = assignorOf('uniform')(withTargets(groupOf(count, next), before));
        const loads = sizes(after);
        const [most, least] = [Math.max(...loads), Math.min(...loads)];
        expect(most - least).toBeLessThanOrEqual(1);
        // Those who stay keep what they had, up to a full share.
        const stay = sizes(before).slice(0, size);
        const larger = loads.filter((load) => load === most && most > least).length;
        const overLeast = stay.filter((load) => load > least).length;
        const share =
          stay.reduce((sum, load) => sum + Math.min(load, least), 0) + Math.min(larger, overLeast);
        expect(kept(before, after)).toBe(share);
      }),
      { numRuns: 300 },
    );
  });

  it('uniform leaves no subscriber of a topic two partitions behind another one who has some of it', () => {
    fc.assert(
      fc.property(counts, mixed, counts, mixed, (first, subscribed, second, others) => {
        const before = assignorOf('uniform')(groupOf(first, subscribed));
        const input = withTargets(groupOf(second, others), before);
        const after = assignorOf('uniform')(input);
        const load = (memberId: string): number => countPartitions(after.get(memberId) ?? new Map());
        for (const topic of TOPICS) {
          const readers = input.members.filter(({ topics }) => topics.has(topic));
          const owners = readers.filter(({ memberId }) => after.get(memberId)?.has(topic) === true);
          for (const owner of owners)
            for (const reader of readers)
              expect(load(owner.memberId) - load(reader.memberId)).toBeLessThan(2);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('range keeps everybody in place when nothing has changed', () => {
    fc.assert(
      fc.property(counts, mixed, (count, subscribed) => {
        const first = groupOf(count, subscribed);
        const before = assignorOf('range')(first);
        const after = assignorOf('range')({ ...first, members: [...first.members].reverse() });
        for (const [memberId, of] of before) expect(print(after.get(memberId) ?? new Map())).toBe(print(of));
      }),
    );
  });
});
