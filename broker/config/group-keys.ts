/**
 * Keys of a single group (KIP-848, Kafka's GroupConfig), each with the broker's key that holds for groups without it. Those of
 * share and streams groups are not ours.
 */
import { int } from './config-key.ts';
import { type BrokerSynonym, from, type InheritingKey } from './inheriting-key.ts';

export interface GroupKey extends InheritingKey<number> {
  readonly min: number;
}

/** By what Kafka checks first. */
export const GROUP_TIMES = ['heartbeat.interval.ms', 'session.timeout.ms', 'assignment.interval.ms'] as const;

function timeKey(defaultMs: number, doc: string, min: number, synonym: BrokerSynonym['name']): GroupKey {
  return { ...from(int(defaultMs, doc, { min }), synonym), min };
}

export const groupKeys = {
  'consumer.assignment.interval.ms': timeKey(
    ...([1_000, 'Shortest time between two assignments of the group.', 0] as const),
    'group.consumer.assignment.interval.ms',
  ),
  'consumer.heartbeat.interval.ms': timeKey(
    ...([5_000, 'How often members of the group are to speak.', 1] as const),
    'group.consumer.heartbeat.interval.ms',
  ),
  'consumer.session.timeout.ms': timeKey(
    ...([45_000, 'How long members of the group may be silent.', 1] as const),
    'group.consumer.session.timeout.ms',
  ),
} as const;
export type GroupKeyName = keyof typeof groupKeys;

export function isGroupKey(name: string): name is GroupKeyName {
  return Object.hasOwn(groupKeys, name);
}
