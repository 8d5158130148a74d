/**
 * Which incidents have one cause, and which of them stands for the others in notices. A broker that is down leaves partitions
 * under-replicated, groups without their coordinator, a topic offline: people need one message of it. Pure.
 *
 * One incident leads the others when all of this holds; else each is told by itself:
 * - brokers that are down explain all of the other, or did until a few minutes ago (replicas catch up after their broker is back);
 * - it is at least as severe, so that nothing urgent hides behind something that is not;
 * - everybody whom the other would be told to is told of it.
 */
import { severityOf, type AlertLevel } from './alert-rule.ts';

export interface Caused {
  readonly id: string;
  readonly level: AlertLevel;
  /** The broker that is down, where the incident says just that. */
  readonly brokerDown: number | null;
  /** Brokers that are down and explain all of it. */
  readonly brokers: readonly number[];
  /** False while it cannot be told how it stands: then its cause is not over either. */
  readonly isKnown: boolean;
  /** As it was in the round before. */
  readonly causedBy: string | null;
  readonly causeSeenMs: number | null;
  /** Channels that are told of it. */
  readonly channelIds: readonly string[];
  /** Somebody was told, or would be now if no other stood for it. */
  readonly isTold: boolean;
  readonly startedAtMs: number;
}

export interface Cause {
  /** Null: none of them; it is told by itself. */
  readonly leadId: string | null;
  /** When the cause was there last. */
  readonly seenMs: number;
  /** In words; null once the cause is gone and only its consequences last. */
  readonly text: string | null;
}

/** After its cause is over, a consequence has so long to end before it is told by itself. */
export const CAUSE_GRACE_MS = 5 * 60_000;

/** By incident, of those that fire. Those without a cause are left out. */
export function groupByCause(incidents: readonly Caused[], nowMs: number): ReadonlyMap<string, Cause> {
  const downOf = new Map<number, Caused[]>();
  for (const incident of incidents) {
    if (incident.brokerDown !== null) append(downOf, incident.brokerDown, incident);
  }
  const causes = new Map<string, Cause>();
  const alike = new Map<string, Caused[]>();
  for (const incident of incidents) {
    if (incident.brokerDown !== null) continue;
    const { id, brokers, isKnown, causedBy, causeSeenMs } = incident;
    if (brokers.length > 0) {
      const candidates = brokers.flatMap((broker) => downOf.get(broker) ?? []).sort(compareLeads);
      const lead = candidates.find((each) => covers(each, incident));
      causes.set(id, { leadId: lead?.id ?? null, seenMs: nowMs, text: textOf(brokers) });
      if (lead === undefined) append(alike, brokers.join(), incident);
    } else if (!isKnown && causedBy !== null) {
      causes.set(id, { leadId: causedBy, seenMs: nowMs, text: null });
    } else if (causeSeenMs !== null && nowMs - causeSeenMs < CAUSE_GRACE_MS) {
      causes.set(id, { leadId: causedBy, seenMs: causeSeenMs, text: null });
    }
  }
  for (const each of alike.values()) leadEachOther(each, causes, nowMs);
  return causes;
}

/** No rule tells of the broker itself: the first of its consequences stands for the others. */
function leadEachOther(alike: readonly Caused[], causes: Map<string, Cause>, nowMs: number): void {
  const [lead, ...others] = [...alike].sort(compareLeads);
  if (lead === undefined) return;
  for (const other of others) {
    if (!covers(lead, other)) continue;
    causes.set(other.id, { leadId: lead.id, seenMs: nowMs, text: textOf(other.brokers) });
  }
}

export const textOf = (brokers: readonly number[]): string =>
  brokers.length === 1 ? `broker ${String(brokers[0])} is down` : `brokers ${brokers.join(', ')} are down`;

function covers(lead: Caused, { level, channelIds }: Caused): boolean {
  return (
    lead.isTold &&
    severityOf(lead.level) <= severityOf(level) &&
    channelIds.every((id) => lead.channelIds.includes(id))
  );
}

/** Most severe first, then who was told of already, then the oldest; the id so that nothing depends on the order given. */
function compareLeads(a: Caused, b: Caused): number {
  return (
    severityOf(a.level) - severityOf(b.level) ||
    Number(b.isTold) - Number(a.isTold) ||
    a.startedAtMs - b.startedAtMs ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
