/** The rules of docs/changes.md, a case for each: what two rounds say, and what silence does not say. */
import { describe, expect, it } from 'vitest';
import type { ClusterChange } from '../../contracts/changes.ts';
import type { ClusterSnapshot, PartitionSnapshot } from '../snapshot.ts';
import {
  brokerOf,
  groupOf,
  partitionOf,
  snapshotOf,
  topicOf,
  type SnapshotParts,
} from '../testing/snapshots.ts';
import { changesIn, type ClusterPicture } from './changes.ts';

const three = [brokerOf(1), brokerOf(2), brokerOf(3)];
const silent = (id: number) => brokerOf(id, { reachable: false, lastSeenMs: 1_000_000 });
const inSync = (partition: number, changes: Partial<PartitionSnapshot> = {}) =>
  partitionOf(partition, { replicas: [1, 2, 3], isr: [1, 2, 3], ...changes });

type Round = SnapshotParts & Partial<Pick<ClusterSnapshot, 'controllerId'>>;

/** What each round after the first one says, ten seconds apart. */
function said(...rounds: readonly Round[]): ClusterChange[][] {
  let picture: ClusterPicture | null = null;
  const all: ClusterChange[][] = [];
  for (const [index, { controllerId, ...parts }] of rounds.entries()) {
    const asOfMs = 1_000_000 + index * 10_000;
    const snapshot = snapshotOf({ brokers: three, ...parts, asOfMs });
    const told = changesIn(
      picture,
      controllerId === undefined ? snapshot : { ...snapshot, controllerId },
      null,
    );
    picture = told.picture;
    all.push(told.changes.map(({ change }) => change));
  }
  return all.slice(1);
}

const last = (...rounds: readonly Round[]): ClusterChange[] => said(...rounds).at(-1) ?? [];

const withSettings = (name: string, retentionMs: number, cleanupPolicy = 'delete') =>
  topicOf(name, [partitionOf(0)], {
    settings: { minInSyncReplicas: 1, retentionMs, retentionBytes: -1, cleanupPolicy },
  });

describe('the first round', () => {
  it('says only that watching began, and since when it was not watched', () => {
    const { changes } = changesIn(null, snapshotOf({ groups: [groupOf('g', [])], asOfMs: 5_000 }), 2_000);
    expect(changes).toEqual([{ atMs: 5_000, sinceMs: 2_000, change: { kind: 'watch-began' } }]);
  });

  it('is followed by changes with the time of the round before', () => {
    const { picture } = changesIn(null, snapshotOf({ brokers: [brokerOf(1)], asOfMs: 5_000 }), null);
    const { changes } = changesIn(picture, snapshotOf({ brokers: [silent(1)], asOfMs: 9_000 }), null);
    expect(changes).toEqual([{ atMs: 9_000, sinceMs: 5_000, change: { kind: 'broker-lost', brokerId: 1 } }]);
  });
});

describe('brokers and the controller', () => {
  it.each<[string, Round[], ClusterChange[]]>([
    ['nothing changes', [{}, {}], []],
    [
      'one falls silent',
      [{}, { brokers: [brokerOf(1), silent(2), brokerOf(3)] }],
      [{ kind: 'broker-lost', brokerId: 2 }],
    ],
    [
      'one is gone from the metadata, and had no replicas',
      [{}, { brokers: [brokerOf(1), brokerOf(3)] }],
      [{ kind: 'broker-lost', brokerId: 2 }],
    ],
    [
      'a silent one is gone from the metadata',
      [{ brokers: [brokerOf(1), silent(2)] }, { brokers: [brokerOf(1)] }],
      [],
    ],
    [
      'one is back',
      [{ brokers: [brokerOf(1), silent(2)] }, { brokers: [brokerOf(1), brokerOf(2)] }],
      [{ kind: 'broker-back', brokerId: 2, lastSeen: '1970-01-01T00:16:40.000Z' }],
    ],
    [
      'one that never answered answers',
      [{ brokers: [brokerOf(1, { reachable: false, lastSeenMs: null })] }, { brokers: [brokerOf(1)] }],
      [{ kind: 'broker-back', brokerId: 1, lastSeen: null }],
    ],
    [
      'a new one',
      [{ brokers: [brokerOf(1)] }, { brokers: [brokerOf(1), brokerOf(2)] }],
      [{ kind: 'broker-joined', brokerId: 2 }],
    ],
    [
      'a new one that does not answer yet',
      [{ brokers: [brokerOf(1)] }, { brokers: [brokerOf(1), silent(2)] }],
      [],
    ],
    [
      'the controller moves',
      [{ controllerId: 1 }, { controllerId: 2 }],
      [{ kind: 'controller-moved', from: 1, to: 2 }],
    ],
    ['there is none for a while', [{ controllerId: 1 }, { controllerId: null }], []],
    [
      'another one after a while without',
      [{ controllerId: 1 }, { controllerId: null }, { controllerId: 3 }],
      [{ kind: 'controller-moved', from: 1, to: 3 }],
    ],
    [
      'the same one after a while without',
      [{ controllerId: 1 }, { controllerId: null }, { controllerId: 1 }],
      [],
    ],
  ])('%s', (_, rounds, expected) => {
    expect(last(...rounds)).toEqual(expected);
  });
});

describe('partitions', () => {
  const orders = (...partitions: PartitionSnapshot[]): Round => ({ topics: [topicOf('orders', partitions)] });
  const of = (partitions: number) => ({ partitions, topics: ['orders'], topicCount: 1 });
  it.each<[string, Round[], ClusterChange[]]>([
    [
      'leaders move, counted by direction',
      [
        orders(inSync(0, { leader: 2 }), inSync(1, { leader: 2 }), inSync(2, { leader: 3 })),
        orders(inSync(0, { leader: 1 }), inSync(1, { leader: 1 }), inSync(2, { leader: 1 })),
      ],
      [
        { kind: 'leaders-moved', from: 2, to: 1, ...of(2) },
        { kind: 'leaders-moved', from: 3, to: 1, ...of(1) },
      ],
    ],
    [
      'one has no leader any more',
      [orders(inSync(0)), orders(inSync(0, { leader: null }))],
      [{ kind: 'leaders-moved', from: 1, to: null, ...of(1) }],
    ],
    ['the same leader in a new epoch', [orders(inSync(0)), orders(inSync(0, { leaderEpoch: 4 }))], []],
    [
      'metadata of an older epoch is old news, and stays so',
      [
        orders(inSync(0, { leader: 2, leaderEpoch: 5 })),
        orders(inSync(0, { leader: 1, leaderEpoch: 4, isr: [1] })),
        orders(inSync(0, { leader: 2, leaderEpoch: 5 })),
      ],
      [],
    ],
    [
      'one leaves the in-sync replicas, another one returns',
      [orders(inSync(0, { isr: [1, 2] })), orders(inSync(0, { isr: [1, 3] }))],
      [
        { kind: 'isr-shrunk', brokerId: 2, ...of(1) },
        { kind: 'isr-grown', brokerId: 3, ...of(1) },
      ],
    ],
    [
      'another order of the same',
      [orders(inSync(0)), orders(inSync(0, { isr: [3, 1, 2], replicas: [2, 1, 3] }))],
      [],
    ],
    [
      'replicas move, and with them who is in sync',
      [
        orders(inSync(0, { replicas: [1, 2], isr: [1, 2] })),
        orders(inSync(0, { replicas: [1, 3], isr: [1, 3] })),
      ],
      [{ kind: 'replicas-moved', ...of(1) }],
    ],
    [
      'partitions are added: none of them moved',
      [orders(inSync(0)), orders(inSync(0), inSync(1, { leader: 2, isr: [2] }))],
      [{ kind: 'partitions-added', from: 1, to: 2, count: 1, topics: ['orders'] }],
    ],
  ])('%s', (_, rounds, expected) => {
    expect(last(...rounds)).toEqual(expected);
  });

  it("name Kafka's own topics last", () => {
    const of = (leader: number): Round => ({
      topics: ['__consumer_offsets', 'orders'].map((name) =>
        topicOf(name, [inSync(0, { leader })], { internal: name.startsWith('__') }),
      ),
    });
    expect(last(of(1), of(2))).toMatchObject([{ topics: ['orders', '__consumer_offsets'], topicCount: 2 }]);
  });

  it('are one line for many topics, with the names of fifty of them', () => {
    const names = Array.from({ length: 59 }, (_, index) => `t${String(index).padStart(3, '0')}`);
    const topics = (leader: number) => names.map((name) => topicOf(name, [inSync(0, { leader })]));
    expect(last({ topics: topics(1) }, { topics: topics(2) })).toEqual([
      {
        ...{ kind: 'leaders-moved', from: 1, to: 2, partitions: names.length, topicCount: names.length },
        topics: names.slice(0, 50),
      },
    ]);
  });
});

describe('topics', () => {
  const [a, b] = [topicOf('a', [partitionOf(0)]), topicOf('b', [partitionOf(0)])];
  const refused = topicOf('b', [], { error: 'TOPIC_AUTHORIZATION_FAILED' });
  const made = (topicId: string) => topicOf('b', [partitionOf(0, { leader: 2 })], { topicId });
  it.each<[string, Round[], ClusterChange[][]]>([
    [
      'created',
      [{ topics: [a] }, { topics: [a, b] }],
      [[{ kind: 'topics-created', count: 1, topics: ['b'] }]],
    ],
    [
      'deleted, when two rounds lack it',
      [{ topics: [a, b] }, { topics: [a] }, { topics: [a] }, { topics: [a] }],
      [[], [{ kind: 'topics-deleted', count: 1, topics: ['b'] }], []],
    ],
    ['missing in one round only', [{ topics: [a, b] }, { topics: [a] }, { topics: [a, b] }], [[], []]],
    [
      'made anew under its name, which is no change of leaders',
      [{ topics: [topicOf('b', [partitionOf(0)], { topicId: 'x' })] }, { topics: [made('y')] }],
      [[{ kind: 'topics-recreated', count: 1, topics: ['b'] }]],
    ],
    [
      'made anew with fewer partitions where there are no ids',
      [{ topics: [topicOf('b', [partitionOf(0), partitionOf(1)])] }, { topics: [b] }],
      [[{ kind: 'topics-recreated', count: 1, topics: ['b'] }]],
    ],
    [
      'given another setting, each kind of change in one line',
      [
        { topics: [withSettings('a', 100), withSettings('b', 100), withSettings('c', 100)] },
        { topics: [withSettings('a', 200), withSettings('b', 200), withSettings('c', 100, 'compact')] },
      ],
      [
        [
          { kind: 'topics-configured', settings: ['retention.ms'], count: 2, topics: ['a', 'b'] },
          { kind: 'topics-configured', settings: ['cleanup.policy'], count: 1, topics: ['c'] },
        ],
      ],
    ],
    [
      'whose settings were not told for a while, or never before',
      [
        { topics: [withSettings('a', 100), b] },
        { topics: [a, b] },
        { topics: [withSettings('a', 100), withSettings('b', 9)] },
      ],
      [[], []],
    ],
    [
      'refused to be described: neither gone nor new',
      [{ topics: [a, b] }, { topics: [a, refused] }, { topics: [a, refused] }, { topics: [a, b] }],
      [[], [], []],
    ],
  ])('%s', (_, rounds, expected) => {
    expect(said(...rounds)).toEqual(expected);
  });
});

it('says of settings since when they may be so: they are not asked in each round', () => {
  const round = (asOfMs: number, retentionMs: number | null, isAsked: boolean): ClusterSnapshot => {
    const topics = [retentionMs === null ? topicOf('a', [partitionOf(0)]) : withSettings('a', retentionMs)];
    const snapshot = snapshotOf({ topics, asOfMs });
    return { ...snapshot, cost: { ...snapshot.cost, beats: isAsked ? ['topicConfigs'] : [] } };
  };
  const first = changesIn(null, round(1_000, 100, true), null).picture;
  const second = changesIn(first, round(2_000, 100, false), null).picture;
  const { changes, picture } = changesIn(second, round(3_000, 200, true), null);
  const change = { kind: 'topics-configured', settings: ['retention.ms'], count: 1, topics: ['a'] };
  expect(changes).toEqual([{ atMs: 3_000, sinceMs: 1_000, change }]);
  expect(changesIn(picture, round(4_000, 200, false), null).changes).toEqual([]);
});

describe('groups', () => {
  const g = groupOf('g', []);
  const inState = (state: string): Round => ({ groups: [groupOf('g', [], { state })] });
  const of = { count: 1, groups: ['g'] };
  const brokers = [brokerOf(1), silent(2), brokerOf(3)];
  const loading = [{ part: 'coordinator', name: '2', reason: 'loading' }] as const;
  it.each<[string, Round[], ClusterChange[][]]>([
    ['appears', [{}, { groups: [g] }], [[{ kind: 'groups-appeared', ...of }]]],
    [
      'is gone, when two rounds lack it',
      [{ groups: [g] }, {}, {}, {}],
      [[], [{ kind: 'groups-lost', ...of }], []],
    ],
    [
      'is not gone while a coordinator is silent: a broker is, and that is all',
      [{ groups: [g] }, { brokers }, { brokers }, { brokers }, { groups: [g] }],
      [
        [{ kind: 'broker-lost', brokerId: 2 }],
        [],
        [],
        [{ kind: 'broker-back', brokerId: 2, lastSeen: '1970-01-01T00:16:40.000Z' }],
      ],
    ],
    [
      'is not gone while a coordinator loads',
      [{ groups: [g] }, { failures: loading }, { failures: loading }, { groups: [g] }],
      [[], [], []],
    ],
    [
      'is gone when its broker is fenced and nobody else has it',
      [
        { groups: [g], brokers: [brokerOf(1), silent(2)] },
        ...Array.from({ length: 2 }, () => ({
          brokers: [brokerOf(1), brokerOf(2, { reachable: false, fenced: true })],
        })),
      ],
      [[], [{ kind: 'groups-lost', ...of }]],
    ],
    [
      'may have been there: nothing was complete before',
      [{ brokers }, { brokers: three, groups: [g] }],
      [[{ kind: 'broker-back', brokerId: 2, lastSeen: '1970-01-01T00:16:40.000Z' }]],
    ],
    [
      'settles in another state',
      [inState('Stable'), inState('Empty')],
      [[{ kind: 'groups-state', from: 'Stable', to: 'Empty', ...of }]],
    ],
    [
      'rebalances on its way',
      [inState('Stable'), inState('PreparingRebalance'), inState('CompletingRebalance'), inState('Stable')],
      [[], [], []],
    ],
    [
      'is not described for a while',
      [inState('Stable'), inState('Unknown'), inState('Empty')],
      [[], [{ kind: 'groups-state', from: 'Stable', to: 'Empty', ...of }]],
    ],
    [
      'is judged otherwise; what cannot be judged says nothing',
      (['ok', 'unknown', 'stalled', 'stalled'] as const).map((status) => ({
        groups: [groupOf('g', [], { status })],
      })),
      [[], [{ kind: 'groups-status', from: 'ok', to: 'stalled', ...of }], []],
    ],
  ])('%s', (_, rounds, expected) => {
    expect(said(...rounds)).toEqual(expected);
  });
});
