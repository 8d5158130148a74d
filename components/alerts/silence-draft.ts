/** What the form of a silence holds, and what of it is sent. Its end is given as a length: people know how long they work on something. */
import type { Silence, SilenceInput } from '../../console/contracts/alerts';

/** What is to be quiet: everything of the cluster, or one rule, or one thing that rules watch. */
export const silenceScopes = ['cluster', 'rule', 'group', 'topic', 'broker'] as const;
export type SilenceScope = (typeof silenceScopes)[number];

const HOUR = 3_600;
export const silenceLengths = [
  HOUR / 2,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  24 * HOUR,
  72 * HOUR,
  168 * HOUR,
];

export interface SilenceDraft {
  readonly scope: SilenceScope;
  readonly ruleId: string;
  /** Group or topic, `*` and `?` allowed; or the id of a broker. */
  readonly name: string;
  /** Of an input of date and time, in the reader's zone; empty: at once. */
  readonly startsAt: string;
  readonly lengthSeconds: number;
  readonly comment: string;
}

export const newSilence: SilenceDraft = {
  ...{ scope: 'cluster', ruleId: '', name: '', startsAt: '', lengthSeconds: 2 * HOUR, comment: '' },
};

/** What is missing before it can be sent; null when nothing is. */
export function missingIn({ scope, ruleId, name }: SilenceDraft): 'rule' | 'name' | 'broker' | null {
  if (scope === 'cluster') return null;
  if (scope === 'rule') return ruleId === '' ? 'rule' : null;
  if (scope === 'broker') return /^\d{1,9}$/.test(name.trim()) ? null : 'broker';
  return name.trim() === '' ? 'name' : null;
}

/** Null while something is missing. */
export function silenceInputOf(draft: SilenceDraft, cluster: string, nowMs: number): SilenceInput | null {
  if (missingIn(draft) !== null) return null;
  const { scope, ruleId, lengthSeconds } = draft;
  const name = draft.name.trim();
  const startMs = draft.startsAt === '' ? nowMs : Date.parse(draft.startsAt);
  if (Number.isNaN(startMs)) return null;
  return {
    cluster,
    ruleId: scope === 'rule' ? ruleId : null,
    group: scope === 'group' ? name : null,
    topic: scope === 'topic' ? name : null,
    broker: scope === 'broker' ? Number(name) : null,
    ...(draft.startsAt === '' ? {} : { startsAt: new Date(startMs).toISOString() }),
    endsAt: new Date(startMs + lengthSeconds * 1_000).toISOString(),
    comment: draft.comment.trim(),
  };
}

export function scopeOf({ ruleId, group, topic, broker }: Silence): SilenceScope {
  if (ruleId !== null) return 'rule';
  if (group !== null) return 'group';
  if (topic !== null) return 'topic';
  return broker === null ? 'cluster' : 'broker';
}
