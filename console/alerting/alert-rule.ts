/** What a rule asks for and where it stands for one subject: plain data, shared by deciding and keeping. */

export type AlertLevel = 'P0' | 'P1' | 'P2' | 'P3';

export interface RuleDefinition {
  readonly id: string;
  readonly name: string;
  readonly type: 'group-lag';
  readonly cluster: string;
  /** Null: every group. */
  readonly group: string | null;
  /** Null: all topics of the group, summed. */
  readonly topic: string | null;
  readonly threshold: number;
  readonly unit: string;
  readonly forSeconds: number;
  /** 0: no repeats. */
  readonly repeatSeconds: number;
  /** Most notices of one incident before its recovery; null or 0: no bound. */
  readonly maxTimes: number | null;
  readonly level: AlertLevel;
  readonly channelIds: readonly string[];
  readonly enabled: boolean;
}

/** What a rule watches: one group, maybe on one topic. */
export interface Subject {
  readonly group: string | null;
  readonly topic: string | null;
}

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

/** How a state is found again. */
export function subjectKey({ group, topic }: Subject): string {
  return JSON.stringify([group, topic]);
}

export function subjectOfKey(key: string): Subject {
  const parsed: unknown = JSON.parse(key);
  const [group, topic] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  return { group: typeof group === 'string' ? group : null, topic: typeof topic === 'string' ? topic : null };
}
