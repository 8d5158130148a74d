/**
 * Keeps what the patterns of a group stand for. A new pattern is looked up at once; the known ones again when topics came
 * or went, but not more often than every ten seconds, and after group.consumer.regex.refresh.interval.ms in any case.
 */
import type { Moment } from '../../runtime/effects.ts';
import type { ResolvedPattern } from './consumer-group.ts';
import type { GroupDraft } from './group-draft.ts';
import { patternInvalid, type Refusal } from './refusal.ts';
import { patternFault, topicsMatching } from './topic-pattern.ts';
import type { Topology } from './topology.ts';

const MIN_REFRESH_INTERVAL_MS = 10_000;
const TOO_MANY_STEPS = 'it takes too long to look for it in all topics';

export interface PatternTerms {
  readonly topology: Topology;
  readonly now: Moment;
  readonly refreshIntervalMs: number;
  /** Of the member that asks: as in Kafka, what a pattern stands for is looked up with its rights. */
  readonly maySee?: ((topic: string) => boolean) | undefined;
}

/** What is wrong with a pattern that a member wants to subscribe by now. */
export function subscribePattern(draft: GroupDraft, pattern: string, terms: PatternTerms): Refusal | null {
  if (draft.group.patterns.has(pattern)) return null;
  const fault = patternFault(pattern);
  if (fault !== null) return patternInvalid(pattern, fault);
  const value = resolve(pattern, terms);
  if (value === null) return patternInvalid(pattern, TOO_MANY_STEPS);
  draft.write({ kind: 'consumer-pattern', groupId: draft.group.groupId, pattern, value });
  return null;
}

function resolve(pattern: string, { topology, now, maySee }: PatternTerms): ResolvedPattern | null {
  const found = topicsMatching(pattern, topology.image.topicsByName.keys());
  const topics = found && maySee ? new Set([...found].filter(maySee)) : found;
  return topics && { topics, version: topology.version, timestampMs: now.wallMs };
}

/** True when a pattern stands for other topics than before. */
export function refreshPatterns(draft: GroupDraft, terms: PatternTerms): boolean {
  const { groupId, patterns } = draft.group;
  let hasChanged = false;
  for (const [pattern, known] of [...patterns]) {
    if (!isDue(known, terms) || patternFault(pattern) !== null) continue;
    // One that takes too long now stays as it was, and is tried again when it is due.
    const found = resolve(pattern, terms) ?? {
      ...known,
      version: terms.topology.version,
      timestampMs: terms.now.wallMs,
    };
    draft.write({ kind: 'consumer-pattern', groupId, pattern, value: found });
    hasChanged ||= !sameNames(known.topics, found.topics);
  }
  return hasChanged;
}

function isDue({ version, timestampMs }: ResolvedPattern, terms: PatternTerms): boolean {
  const ageMs = terms.now.wallMs - timestampMs;
  if (ageMs >= terms.refreshIntervalMs) return true;
  return version < terms.topology.version && ageMs >= MIN_REFRESH_INTERVAL_MS;
}

function sameNames(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((name) => right.has(name));
}
