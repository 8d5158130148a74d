/** What a rule asks for and where it stands for one subject: plain data, shared by deciding and keeping. */
import type { ConditionOf, RuleType } from '../contracts/alert-conditions.ts';

export type AlertLevel = 'P0' | 'P1' | 'P2' | 'P3';

interface RuleFrame {
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly forSeconds: number;
  /** 0: no repeats. */
  readonly repeatSeconds: number;
  /** Most notices of one incident before its recovery; null or 0: no bound. */
  readonly maxTimes: number | null;
  readonly level: AlertLevel;
  readonly channelIds: readonly string[];
  readonly enabled: boolean;
}

export type RuleOf<Type extends RuleType> = RuleFrame & Readonly<ConditionOf<Type>>;
export type RuleDefinition = { [Type in RuleType]: RuleOf<Type> }[RuleType];

/** What a rule watches: a group, maybe on one topic; a topic; a broker; with none of them the cluster. */
export interface Subject {
  readonly group: string | null;
  readonly topic: string | null;
  readonly broker: number | null;
}

export const clusterSubject: Subject = { group: null, topic: null, broker: null };

/** Kept in the database for subjects that are pending or firing; an inactive subject has no row. */
export interface RuleState extends Subject {
  readonly ruleId: string;
  /** While not firing: since when the value is over. While firing: since when it is back under, null while over. */
  readonly pendingSinceMs: number | null;
  /** While firing: since when the value is over, waiting time included. What people are told as "since". */
  readonly firingSinceMs: number | null;
  readonly incidentId: string | null;
  readonly lastValue: number | null;
  /** When there was a value last; a round without data does not move it. */
  readonly lastEvaluatedMs: number;
}

/** How a state is found again. Of two parts where there is no broker, as it was before there were rules about brokers. */
export function subjectKey({ group, topic, broker }: Subject): string {
  return JSON.stringify(broker === null ? [group, topic] : [group, topic, broker]);
}

export function subjectOfKey(key: string): Subject {
  const parsed: unknown = JSON.parse(key);
  const [group, topic, broker] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  return {
    group: typeof group === 'string' ? group : null,
    topic: typeof topic === 'string' ? topic : null,
    broker: typeof broker === 'number' ? broker : null,
  };
}

/** `billing on orders`, `orders`, `broker 2`, and the cluster's name where it is about all of it. */
export function subjectWords({ group, topic, broker }: Subject, cluster: string): string {
  if (broker !== null) return `broker ${String(broker)}`;
  if (group !== null) return topic === null ? group : `${group} on ${topic}`;
  return topic ?? cluster;
}

/** 0 is the most severe. */
export function severityOf(level: AlertLevel): number {
  return Number(level.slice(1));
}
