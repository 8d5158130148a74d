/** Numbers of settings in words, and words where numbers belong. */
import { describe, expect, it } from 'vitest';
import { isWrong, meaningOf, settingFacts } from './setting-facts.ts';

describe('what may stand in a setting', () => {
  it('knows the choices of a topic’s setting and of the broker’s that it falls back to', () => {
    expect(settingFacts('cleanup.policy').choices).toEqual(['compact', 'delete']);
    expect(settingFacts('log.cleanup.policy').choices).toEqual(['compact', 'delete']);
    expect(settingFacts('log.dirs').choices).toBeNull();
  });

  it('knows bounds where Kafka has them', () => {
    expect(settingFacts('min.cleanable.dirty.ratio')).toMatchObject({ least: 0, most: 1 });
    expect(settingFacts('min.insync.replicas')).toMatchObject({ least: 1, most: null });
    expect(settingFacts('leader.replication.throttled.replicas')).toMatchObject({ least: null, most: null });
  });

  it.each([
    ['long', 'soon', true],
    ['long', '', true],
    ['int', '1.5', true],
    ['int', ' 60000 ', false],
    ['long', '-1', false],
    ['double', '0.5', false],
    ['double', 'half', true],
    ['list', '', false],
    ['string', 'soon', false],
    [null, 'soon', false],
  ] as const)('of type %s, %j is wrong: %s', (type, text, wrong) => {
    expect(isWrong(type, text)).toBe(wrong);
  });
});

describe('a value in words', () => {
  it.each([
    ['retention.ms', '604800000', { kind: 'ms', of: 604_800_000 }],
    ['segment.bytes', '1073741824', { kind: 'bytes', of: 1_073_741_824 }],
    ['log.retention.hours', '168', { kind: 'ms', of: 604_800_000 }],
    ['log.retention.minutes', '5', { kind: 'ms', of: 300_000 }],
    ['retention.ms', '-1', { kind: 'unlimited' }],
    ['retention.bytes', '-1', { kind: 'unlimited' }],
    ['flush.messages', '9223372036854775807', { kind: 'unlimited' }],
    ['file.delete.delay.ms', '500', null],
    ['min.insync.replicas', '2', null],
    ['segment.ms', '-1', null],
    ['retention.ms', '7 d', null],
    ['retention.ms', '', null],
  ])('%s = %j', (name, text, meaning) => {
    expect(meaningOf(settingFacts(name), text)).toEqual(meaning);
  });
});
