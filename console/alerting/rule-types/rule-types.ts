/** All types of rules. A new type is a file, a row here, its shape in contracts/alert-conditions.ts and its words. */
import type { RuleType } from '../../contracts/alert-conditions.ts';
import type { RuleTypeOf } from './rule-type.ts';
import { belowMinIsrRule } from './below-min-isr.ts';
import { brokerDownRule } from './broker-down.ts';
import { collectorBlindRule } from './collector-blind.ts';
import { controllerMissingRule } from './controller-missing.ts';
import { diskUseRule } from './disk-use.ts';
import { groupLagRule } from './group-lag.ts';
import { groupStatusRule } from './group-status.ts';
import { offlinePartitionsRule } from './offline-partitions.ts';
import { producerRateRule } from './producer-rate.ts';
import { topicCapacityRule } from './topic-capacity.ts';
import { underReplicatedRule } from './under-replicated.ts';

const ruleTypes: { readonly [Type in RuleType]: RuleTypeOf<Type> } = {
  'group-lag': groupLagRule,
  'group-status': groupStatusRule,
  'broker-down': brokerDownRule,
  'controller-missing': controllerMissingRule,
  'under-replicated': underReplicatedRule,
  'offline-partitions': offlinePartitionsRule,
  'below-min-isr': belowMinIsrRule,
  'topic-capacity': topicCapacityRule,
  'producer-rate': producerRateRule,
  'disk-use': diskUseRule,
  'collector-blind': collectorBlindRule,
};

/** The type that goes with a rule: what the table holds, the compiler cannot follow through a union. */
export function ruleTypeOf<Type extends RuleType>(rule: { readonly type: Type }): RuleTypeOf<Type> {
  return ruleTypes[rule.type];
}
