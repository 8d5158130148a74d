/** What single groups may have otherwise than the broker says, and what it comes to (KIP-848). */
import { describe, expect, it } from 'vitest';
import { GROUP_CONFIGS } from '../controller/image.ts';
import { configRules } from './config-rules.ts';
import { CONFIG_SOURCE_CODES, describeGroup } from './describe-config.ts';
import { consumerGroupTimes } from './group-config.ts';
import { readBrokerConfig } from './read-broker-config.ts';

const SESSION = 'consumer.session.timeout.ms';
const HEARTBEAT = 'consumer.heartbeat.interval.ms';
const ASSIGNMENT = 'consumer.assignment.interval.ms';

const configOf = (...overrides: string[]) =>
  readBrokerConfig({ properties: null, overrides: ['log.dirs=/nowhere', ...overrides], environment: {} })
    .config;

describe('a setting of a group', () => {
  const fault = (name: string, value: string): string | null =>
    configRules(configOf()).fault(GROUP_CONFIGS, 'g', name, value);

  it('is one of three numbers', () => {
    for (const name of [SESSION, HEARTBEAT]) expect(fault(name ?? '', '1')).toBeNull();
    expect(fault(ASSIGNMENT, '0')).toBeNull();
  });

  it.each([
    ['no.such.key', '1', 'Unknown group config name: no.such.key'],
    ['retention.ms', '1', 'Unknown group config name: retention.ms'],
    [
      'consumer.session.timeout',
      '1',
      `Unknown group config name: consumer.session.timeout. Did you mean ${SESSION}?`,
    ],
    [SESSION, 'x', `Invalid value x for configuration ${SESSION}: Not a number of type INT`],
    [
      SESSION,
      '2147483648',
      `Invalid value 2147483648 for configuration ${SESSION}: Not a number of type INT`,
    ],
    [HEARTBEAT, '0', `Invalid value 0 for configuration ${HEARTBEAT}: Value must be at least 1`],
    [ASSIGNMENT, '-1', `Invalid value -1 for configuration ${ASSIGNMENT}: Value must be at least 0`],
  ])('%s=%s is refused: %s', (name, value, expected) => {
    expect(fault(name, value)).toBe(expected);
  });

  it('is no list', () => {
    expect(configRules(configOf()).listDefault(GROUP_CONFIGS, SESSION)).toBeNull();
    expect(configRules(configOf()).listDefault(GROUP_CONFIGS, 'group.consumer.assignors')).toBeNull();
  });
});

describe('settings of a group together', () => {
  const conflict = (overrides: Record<string, string>, ...file: string[]): string | null =>
    configRules(configOf(...file)).conflict(GROUP_CONFIGS, new Map(Object.entries(overrides)));
  const text = (name: string, bound: string, word: string): string =>
    `${name} must be ${word} than or equal to group.${name.replace('consumer.', `consumer.${bound}.`)}`;

  it.each([
    [SESSION, 45_000, 60_000],
    [HEARTBEAT, 5_000, 15_000],
    [ASSIGNMENT, 500, 15_000],
  ])('lie within the bounds of the broker: %s from %d to %d', (name, min, max) => {
    const file = 'group.consumer.min.assignment.interval.ms=500';
    expect(conflict({ [name]: String(min) }, file)).toBeNull();
    expect(conflict({ [name]: String(max) }, file)).toBeNull();
    expect(conflict({ [name]: String(min - 1) }, file)).toBe(text(name, 'min', 'greater'));
    expect(conflict({ [name]: String(max + 1) }, file)).toBe(text(name, 'max', 'less'));
  });

  it('leave more time for silence than between two heartbeats, also of those that the broker has', () => {
    const file = [
      'group.consumer.min.session.timeout.ms=10000',
      'group.consumer.session.timeout.ms=12000',
      'group.consumer.max.heartbeat.interval.ms=20000',
    ];
    const expected = `${SESSION} must be greater than ${HEARTBEAT}`;
    expect(conflict({ [HEARTBEAT]: '11999' }, ...file)).toBeNull();
    expect(conflict({ [HEARTBEAT]: '12000' }, ...file)).toBe(expected);
    expect(conflict({ [HEARTBEAT]: '12000', [SESSION]: '12001' }, ...file)).toBeNull();
  });

  it('of topics and brokers are not checked by them', () => {
    const rules = configRules(configOf());
    const wrong = new Map([[SESSION, '1']]);
    expect([rules.conflict(2, wrong), rules.conflict(4, wrong)]).toEqual([null, null]);
  });
});

describe('what holds for a group', () => {
  it('is its own setting, or else what the broker has', () => {
    const config = configOf('group.consumer.heartbeat.interval.ms=6000');
    const broker = { sessionTimeoutMs: 45_000, heartbeatIntervalMs: 6_000, assignmentIntervalMs: 1_000 };
    expect(consumerGroupTimes(config)).toEqual(broker);
    const overrides = new Map([
      [SESSION, '50000'],
      [ASSIGNMENT, '0'],
    ]);
    expect(consumerGroupTimes(config, overrides)).toEqual({
      ...{ sessionTimeoutMs: 50_000, heartbeatIntervalMs: 6_000, assignmentIntervalMs: 0 },
    });
  });

  it('is within the bounds that the broker has now', () => {
    const config = configOf(
      'group.consumer.max.session.timeout.ms=48000',
      'group.consumer.min.heartbeat.interval.ms=4000',
    );
    const overrides = new Map([
      [SESSION, '50000'],
      [HEARTBEAT, '3000'],
      [ASSIGNMENT, 'of another version'],
    ]);
    expect(consumerGroupTimes(config, overrides)).toEqual({
      ...{ sessionTimeoutMs: 48_000, heartbeatIntervalMs: 4_000, assignmentIntervalMs: 1_000 },
    });
  });

  it('is told with where it comes from', () => {
    const config = configOf('group.consumer.heartbeat.interval.ms=6000');
    const told = describeGroup(config, new Map([[HEARTBEAT, '7000']])).map((one) => [
      ...[one.name, one.value, CONFIG_SOURCE_CODES[one.source], one.typeCode],
      one.synonyms.map(({ name, value, source }) => [name, value, CONFIG_SOURCE_CODES[source]]),
    ]);
    expect(told).toEqual([
      [ASSIGNMENT, '1000', 5, 3, [[`group.${ASSIGNMENT}`, '1000', 5]]],
      [
        ...[HEARTBEAT, '7000', 8, 3],
        [
          [HEARTBEAT, '7000', 8],
          [`group.${HEARTBEAT}`, '6000', 4],
          [`group.${HEARTBEAT}`, '5000', 5],
        ],
      ],
      [SESSION, '45000', 5, 3, [[`group.${SESSION}`, '45000', 5]]],
    ]);
  });
});
