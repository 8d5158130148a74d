/** What each type of rule reads off a round: a table of cases. */
import { describe, expect, it } from 'vitest';
import { ruleTypeNames, type RuleType } from '../../contracts/alert-conditions.ts';
import type { PartFailure } from '../../model/snapshot.ts';
import {
  brokerOf,
  groupOf,
  partitionOf,
  snapshotOf,
  topicOf,
  topicSettingsOf,
  type SnapshotParts,
} from '../../model/testing/snapshots.ts';
import type { RuleDefinition, RuleOf } from '../alert-rule.ts';
import { measure } from '../measure.ts';
import { blindSince, ruleOf, viewOf } from '../testing/rules.ts';
import { ruleTypeOf } from './rule-types.ts';

/** Each reading in a line: subject, what it is, value, what explains it. */
function read(rule: RuleDefinition, parts: SnapshotParts, controllerId: number | null = 1): string[] {
  const snapshot = { ...snapshotOf(parts), controllerId };
  return measure(rule, viewOf(snapshot), []).map(wordsOf);
}

function wordsOf(reading: ReturnType<typeof measure>[number]): string {
  const { group, topic, broker, kind, value, brokers, status } = reading;
  const subject = [group, topic, broker].filter((part) => part !== null).join('/');
  const standing = kind === 'value' ? reading.standing : kind;
  const cause = brokers.length === 0 ? '' : ` by ${brokers.join()}`;
  return `${subject}: ${standing}${value === null ? '' : ` ${String(value)}`}${status === null ? '' : ` ${status}`}${cause}`;
}

const failureOf = (part: PartFailure['part'], name = 'x'): PartFailure => ({ part, name, reason: 'refused' });
const offsets = (topic: string, lag: number | null, partition = 0) => ({
  ...{ topic, partition },
  committedOffset: lag === null ? null : 0,
  logEndOffset: lag,
});
const two = partitionOf(0, { replicas: [1, 2], isr: [1, 2] });
const short = partitionOf(1, { replicas: [1, 2], isr: [1] });
const offline = partitionOf(2, { replicas: [2], isr: [2], leader: null });
const withoutTwo = [brokerOf(1), brokerOf(2, { reachable: false })];

it('lists every type under its name', () => {
  for (const name of ruleTypeNames) expect(ruleTypeOf<RuleType>({ type: name }).type).toBe(name);
});

describe('group-lag', () => {
  const groups = [
    groupOf('pay-eu', [offsets('a', 500), offsets('b', 7)], { lagSeconds: { seconds: 90, atLeast: true } }),
    groupOf('pay-us', [offsets('a', 5)]),
    groupOf('other', [offsets('b', null)]),
  ];
  it.each<[string, Partial<RuleOf<'group-lag'>>, string[]]>([
    ['a name', { group: 'pay-us' }, ['pay-us: clear 5']],
    ['a pattern', { group: 'pay-*' }, ['pay-eu: over 507', 'pay-us: clear 5']],
    ['every group', {}, ['pay-eu: over 507', 'pay-us: clear 5', 'other: unknown']],
    ['a topic', { topic: 'b' }, ['pay-eu/b: clear 7', 'other/b: unknown']],
    [
      'topics by pattern',
      { group: 'pay-*', topic: '?' },
      ['pay-eu/a: over 500', 'pay-eu/b: clear 7', 'pay-us/a: clear 5'],
    ],
    [
      'seconds, of which the least is known',
      { group: 'pay-*', unit: 'seconds', threshold: 60 },
      ['pay-eu: over 90', 'pay-us: unknown'],
    ],
    ['a recovery limit', { group: 'pay-eu', threshold: 600, recoverAt: 400 }, ['pay-eu: near 507']],
    ['who is not there', { group: 'nobody' }, ['nobody: gone']],
  ])('%s', (_name, changes, expected) => {
    expect(read(ruleOf('group-lag', { threshold: 100, ...changes }), { groups })).toEqual(expected);
  });

  it('takes what may be more for too much, but never for a recovery', () => {
    const half = {
      topics: [topicOf('a', [partitionOf(0), offline])],
      groups: [groupOf('g', [offsets('a', 500), { ...offsets('a', null, 2), committedOffset: 7 }])],
    };
    const rule = (threshold: number) => ruleOf('group-lag', { group: 'g', threshold });
    expect(read(rule(100), half)).toEqual(['g: over 500']);
    expect(read(rule(1_000), half)).toEqual(['g: unknown']);
    // Of a topic that is gone nothing will be known again.
    expect(read(rule(1_000), { ...half, topics: [] })).toEqual(['g: clear 500']);
    const inSeconds = ruleOf('group-lag', { group: 'pay-eu', unit: 'seconds', threshold: 100 });
    expect(read(inSeconds, { groups })).toEqual(['pay-eu: unknown']);
  });

  it('names the broker that explains it, only when it explains all of it', () => {
    const rule = ruleOf('group-lag', { group: 'g' });
    const topics = [topicOf('t', [two, short, offline])];
    const group = groupOf('g', [offsets('t', 9, 2)]);
    expect(read(rule, { groups: [group], topics, brokers: withoutTwo })).toEqual(['g: over 9 by 2']);
    const both = groupOf('g', [offsets('t', 9, 2), offsets('t', 9, 0)]);
    expect(read(rule, { groups: [both], topics, brokers: withoutTwo })).toEqual(['g: over 18']);
    const silent = groupOf('g', [], { coordinator: 2, partitions: null, totalLag: null });
    expect(read(rule, { groups: [silent], topics, brokers: withoutTwo })).toEqual(['g: unknown by 2']);
  });
});

describe('group-status', () => {
  const groups = (['ok', 'slow', 'stalled', 'unknown'] as const).map((status) =>
    groupOf(status, [offsets('t', 3)], { status, reason: 'because' }),
  );
  it('fires on the statuses that it names; unknown is missing data unless it is one of them', () => {
    expect(read(ruleOf('group-status', { statuses: ['stalled'] }), { groups })).toEqual([
      'ok: clear 3 ok',
      'slow: clear 3 slow',
      'stalled: over 3 stalled',
      'unknown: unknown unknown',
    ]);
    const strict = ruleOf('group-status', { group: 'unknown', statuses: ['unknown'] });
    expect(read(strict, { groups })).toEqual(['unknown: over 3 unknown']);
  });
});

describe('broker-down', () => {
  it.each<[string, number | null, string[]]>([
    ['every broker', null, ['1: clear', '2: over']],
    ['one', 2, ['2: over']],
    ['one that is in no list', 7, ['7: over']],
  ])('%s', (_name, broker, expected) => {
    expect(read(ruleOf('broker-down', { broker }), { brokers: withoutTwo })).toEqual(expected);
  });

  it('has not recovered when it vanished from every list', () => {
    const known = [{ group: null, topic: null, broker: 2 }];
    const readings = measure(ruleOf('broker-down'), viewOf(snapshotOf({})), known);
    expect(readings.map(wordsOf)).toEqual(['1: clear', '2: over']);
  });
});

describe('controller-missing', () => {
  const rule = ruleOf('controller-missing');
  it.each<[string, SnapshotParts, number | null, string]>([
    ['there', {}, 1, ': clear'],
    ['missing', {}, null, ': over'],
    ['not to be asked', { failures: [failureOf('quorum')] }, null, ': unknown'],
  ])('%s', (_name, parts, controllerId, expected) => {
    expect(read(rule, parts, controllerId)).toEqual([expected]);
  });
});

describe('counting partitions', () => {
  const topics = [topicOf('a', [two, short]), topicOf('b', [two, offline]), topicOf('c', [two])];
  const down = { topics, brokers: withoutTwo };
  it.each<[string, RuleDefinition, SnapshotParts, string[]]>([
    ['of the cluster', ruleOf('under-replicated'), { topics }, [': over 1']],
    ['explained', ruleOf('under-replicated'), down, [': over 1 by 2']],
    [
      'by topic',
      ruleOf('under-replicated', { topic: '*' }),
      down,
      ['a: over 1 by 2', 'b: clear 0', 'c: clear 0'],
    ],
    ['few enough', ruleOf('under-replicated', { threshold: 1 }), { topics }, [': clear 1']],
    ['offline', ruleOf('offline-partitions'), down, [': over 1 by 2']],
    ['offline, nobody down', ruleOf('offline-partitions'), { topics }, [': over 1']],
    ['below a number', ruleOf('below-min-isr', { minIsr: 2 }), { topics }, [': over 2']],
    ['below what is not known', ruleOf('below-min-isr'), { topics }, [': unknown']],
    [
      'below its own',
      ruleOf('below-min-isr'),
      { topics: [topicOf('a', [short], { settings: topicSettingsOf({ minInSyncReplicas: 2 }) })] },
      [': over 1'],
    ],
    ['a topic that is not there', ruleOf('offline-partitions', { topic: 'x' }), { topics }, ['x: gone']],
    [
      'a topic refused: no recovery',
      ruleOf('under-replicated'),
      { topics: [topicOf('a', [], { error: 'DENIED' })] },
      [': unknown'],
    ],
    [
      'a topic refused: over all the same',
      ruleOf('under-replicated'),
      { topics: [topicOf('a', [], { error: 'DENIED' }), topicOf('b', [short])] },
      [': over 1'],
    ],
  ])('%s', (_name, rule, parts, expected) => {
    expect(read(rule, parts)).toEqual(expected);
  });
});

describe('topics and disks', () => {
  const topics = [
    topicOf('a', [partitionOf(0, { sizeBytes: 600 }), partitionOf(1, { sizeBytes: 500 })], {
      messagesInPerSec: 5,
    }),
    topicOf('b', [partitionOf(0, { sizeBytes: null })], { messagesInPerSec: null }),
    topicOf('__x', [partitionOf(0, { sizeBytes: 9_999 })], { internal: true, messagesInPerSec: 900 }),
  ];
  const disk = (path: string, totalBytes: number | null, usableBytes: number | null) => ({
    ...{ path, sizeBytes: 1, error: null, totalBytes, usableBytes },
  });
  const brokers = [
    brokerOf(1, { logDirBytes: 70, logDirs: [disk('/a', 100, 60), disk('/b', 1_000, 55)] }),
    brokerOf(2, { logDirBytes: null, logDirs: [disk('/a', null, null)] }),
  ];
  it.each<[string, RuleDefinition, string[]]>([
    ['capacity', ruleOf('topic-capacity', { threshold: 1_000 }), ['a: over 1100', 'b: unknown']],
    [
      'capacity of an internal one',
      ruleOf('topic-capacity', { topic: '__*', threshold: 1 }),
      ['__x: over 9999'],
    ],
    ['rate too low', ruleOf('producer-rate', { topic: 'a', min: 6 }), ['a: over 5']],
    ['rate too high', ruleOf('producer-rate', { topic: 'a', max: 4 }), ['a: over 5']],
    [
      'rate in its band, bounds included',
      ruleOf('producer-rate', { topic: 'a', min: 5, max: 5 }),
      ['a: clear 5'],
    ],
    ['rate not known', ruleOf('producer-rate', { min: 1 }), ['a: clear 5', 'b: unknown']],
    [
      'disk in percent, the fullest',
      ruleOf('disk-use', { unit: 'percent', threshold: 90 }),
      ['1: over 94.5', '2: unknown'],
    ],
    ['disk in bytes', ruleOf('disk-use', { unit: 'bytes', threshold: 90 }), ['1: clear 70', '2: unknown']],
  ])('%s', (_name, rule, expected) => {
    expect(read(rule, { topics, brokers })).toEqual(expected);
  });

  it('says which bound of a band was crossed', () => {
    const rule = ruleOf('producer-rate', { topic: 'a', min: 10, max: 100 });
    expect(measure(rule, viewOf(snapshotOf({ topics })), [])).toMatchObject([
      { standing: 'over', value: 5, threshold: 10, worse: 'lower' },
    ]);
  });
});

describe('a round without a snapshot', () => {
  it('is what collector-blind is about', () => {
    const rule = ruleOf('collector-blind', { threshold: 60 });
    expect(measure(rule, blindSince(0, 60_000), []).map(wordsOf)).toEqual([': clear 60']);
    expect(measure(rule, blindSince(0, 61_000), [])).toMatchObject([
      { standing: 'over', reason: 'nobody answers' },
    ]);
  });

  it.each(ruleTypeNames.filter((name) => name !== 'collector-blind'))('tells nothing to %s', (name) => {
    const rule = ruleOf(name) as RuleDefinition;
    const known = [{ group: 'g', topic: null, broker: null }];
    const readings = measure(rule, blindSince(0, 60_000), known);
    expect(readings.length).toBeGreaterThan(0);
    expect(readings.every(({ kind }) => kind === 'unknown')).toBe(true);
  });
});
