/**
 * What the keys of a group come to: its own settings over the broker's. They were within the broker's bounds when they were set; a
 * broker whose bounds are others now holds them to those (Kafka's GroupConfig.evaluate).
 */
import type { ConsumerGroupTimes } from '../coordinator/group/group-context.ts';
import type { BrokerConfig } from './broker-config.ts';
import { groupKeys, GROUP_TIMES, type GroupKeyName } from './group-keys.ts';
import { configTexts, type ConfigText } from './inheriting-key.ts';

type Time = (typeof GROUP_TIMES)[number];
type Overrides = ReadonlyMap<string, string>;

const NO_OVERRIDES: Overrides = new Map();

/** Every text the key has, the one in force first. */
export function groupConfigTexts(
  name: GroupKeyName,
  config: BrokerConfig,
  overrides: Overrides = NO_OVERRIDES,
): readonly ConfigText[] {
  return configTexts({ name, text: overrides.get(name), source: 'group' }, groupKeys[name], config);
}

export function consumerGroupTimes(
  config: BrokerConfig,
  overrides: Overrides = NO_OVERRIDES,
): ConsumerGroupTimes {
  const valueOf = (time: Time): number => {
    const [min, max] = boundsOf(time, config);
    return Math.min(Math.max(valueBefore(time, config, overrides), min), max);
  };
  return {
    sessionTimeoutMs: valueOf('session.timeout.ms'),
    heartbeatIntervalMs: valueOf('heartbeat.interval.ms'),
    assignmentIntervalMs: valueOf('assignment.interval.ms'),
  };
}

/** Why a group may not have these settings, each of which is a number: they exceed the broker's bounds, or do not go together. */
export function refuseGroupConfigs(config: BrokerConfig, overrides: Overrides): string | null {
  for (const time of GROUP_TIMES) {
    const [min, max] = boundsOf(time, config);
    const value = valueBefore(time, config, overrides);
    if (value < min) return `consumer.${time} must be greater than or equal to group.consumer.min.${time}`;
    if (value > max) return `consumer.${time} must be less than or equal to group.consumer.max.${time}`;
  }
  const [session, heartbeat] = (['session.timeout.ms', 'heartbeat.interval.ms'] as const).map((time) =>
    valueBefore(time, config, overrides),
  ) as [number, number];
  if (session > heartbeat) return null;
  return 'consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms';
}

function boundsOf(time: Time, { values }: BrokerConfig): readonly [min: number, max: number] {
  return [values[`group.consumer.min.${time}`], values[`group.consumer.max.${time}`]];
}

/** The broker's bounds not looked at. A text that is no number here, of another version, counts as none. */
function valueBefore(time: Time, { values }: BrokerConfig, overrides: Overrides): number {
  const own = overrides.get(`consumer.${time}`);
  const parsed = own === undefined ? undefined : groupKeys[`consumer.${time}`].parse(own);
  return parsed ?? values[`group.consumer.${time}`];
}
