/**
 * What is wrong with a cluster, worst first, as data: the words for it live in the message file. Findings are those of
 * the contract. Nothing known is not the same as nothing wrong: before the first snapshot the level is `unknown`.
 */
import type { HealthFact, ProcessNotice } from '../contracts/overview.ts';
import { isStoppedBehind } from './group-summary.ts';
import type { ClusterSnapshot } from './snapshot.ts';
import { isOffline, isUnderReplicated } from './topic-summary.ts';

/** How many names a finding carries; its count tells the rest. */
const NAMES_MAX = 5;
/** How many groups are named as behind or stopped. */
const GROUPS_MAX = 3;

export interface FiringIncident {
  readonly id: string;
  readonly ruleName: string;
  readonly group: string | null;
  readonly topic: string | null;
  readonly value: number | null;
  readonly startedAtMs: number;
}

export interface HealthInput {
  readonly snapshot: ClusterSnapshot | null;
  /** Set while the last round failed as a whole. */
  readonly unreachable: { readonly sinceMs: number; readonly reason: string } | null;
  readonly stale: boolean;
  readonly processes: readonly ProcessNotice[];
  readonly firing: readonly FiringIncident[];
}

export interface Health {
  readonly level: 'ok' | 'warning' | 'broken' | 'unknown';
  readonly facts: HealthFact[];
}

const brokenKinds: ReadonlySet<HealthFact['kind']> = new Set([
  'cluster-unreachable',
  'brokers-down',
  'no-controller',
  'offline-partitions',
]);

export function judgeHealth(input: HealthInput): Health {
  const facts = [...reachability(input), ...ofSnapshot(input.snapshot), ...ofProcesses(input.processes)];
  facts.push(...ofIncidents(input.firing), ...ofGroups(input.snapshot), ...ofFailures(input.snapshot));
  const broken = facts.filter((fact) => brokenKinds.has(fact.kind));
  const others = facts.filter((fact) => !brokenKinds.has(fact.kind));
  return { level: levelOf(input, broken.length, others.length), facts: [...broken, ...others] };
}

function levelOf(input: HealthInput, broken: number, others: number): Health['level'] {
  if (broken > 0) return 'broken';
  if (input.snapshot === null) return 'unknown';
  return others > 0 ? 'warning' : 'ok';
}

function reachability({ snapshot, unreachable, stale }: HealthInput): HealthFact[] {
  if (unreachable !== null) {
    return [{ kind: 'cluster-unreachable', since: isoTime(unreachable.sinceMs), detail: unreachable.reason }];
  }
  return stale && snapshot !== null ? [{ kind: 'stale', since: isoTime(snapshot.asOfMs) }] : [];
}

function ofSnapshot(snapshot: ClusterSnapshot | null): HealthFact[] {
  if (snapshot === null) return [];
  const facts: HealthFact[] = [];
  const down = snapshot.brokers.filter((broker) => !broker.reachable);
  if (down.length > 0) {
    const seen = down.flatMap(({ lastSeenMs }) => (lastSeenMs === null ? [] : [lastSeenMs]));
    const since = seen.length === 0 ? null : isoTime(Math.min(...seen));
    facts.push({ kind: 'brokers-down', brokerIds: down.map(({ id }) => id), since });
  }
  if (snapshot.controllerId === null) facts.push({ kind: 'no-controller' });
  // Whose topics they are: the user's own come first.
  const topics = [...snapshot.topics.values()].sort((a, b) => Number(a.internal) - Number(b.internal));
  for (const [kind, isBad] of [
    ['offline-partitions', isOffline],
    ['under-replicated-partitions', isUnderReplicated],
  ] as const) {
    const bad = topics.filter((topic) => topic.partitions.some(isBad));
    const count = bad.reduce((sum, topic) => sum + topic.partitions.filter(isBad).length, 0);
    if (count > 0) facts.push({ kind, count, topics: bad.slice(0, NAMES_MAX).map((topic) => topic.name) });
  }
  return facts;
}

function ofProcesses(processes: readonly ProcessNotice[]): HealthFact[] {
  const facts: HealthFact[] = [];
  for (const { name, state, restarts, since } of processes) {
    if (state !== 'running') facts.push({ kind: 'process-down', name, state, restarts, since });
  }
  return facts;
}

function ofIncidents(firing: readonly FiringIncident[]): HealthFact[] {
  return firing.map(({ id, ruleName, group, topic, value, startedAtMs }) => ({
    kind: 'alert-firing',
    incidentId: id,
    ruleName,
    group,
    topic,
    value,
    since: isoTime(startedAtMs),
  }));
}

function ofGroups(snapshot: ClusterSnapshot | null): HealthFact[] {
  const stopped = [...(snapshot?.groups.values() ?? [])].filter(isStoppedBehind);
  return stopped
    .sort((a, b) => (b.totalLag ?? 0) - (a.totalLag ?? 0))
    .slice(0, GROUPS_MAX)
    .map((group) => ({ kind: 'group-stopped', group: group.id, lag: group.totalLag ?? 0 }));
}

/** What could not be asked, apart from brokers that are down: those have a finding of their own. */
function ofFailures(snapshot: ClusterSnapshot | null): HealthFact[] {
  const failures = (snapshot?.failures ?? []).filter((failure) => failure.part !== 'broker');
  if (failures.length === 0) return [];
  const missing = [...new Set(failures.map((failure) => `${failure.part} ${failure.name}`))].slice(
    0,
    NAMES_MAX,
  );
  return [{ kind: 'partial', missing }];
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
