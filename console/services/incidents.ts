/** What fired, and who looks after it. */
import { subjectWords } from '../alerting/alert-rule.ts';
import { deliverySchema } from '../contracts/alerts.ts';
import type { Incident } from '../contracts/alerts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/incidents.ts';
import type { StoredIncident } from '../store/incidents.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { maySee, requireRoleIn } from './permission.ts';

export interface IncidentQuery extends PageQuery {
  state?: 'firing' | 'resolved' | undefined;
  cluster?: string | undefined;
}

const noSuchIncident = () => new ConsoleError('not-found', 'There is no such incident.');
const timeOrNull = (at: Date | null) => at?.toISOString() ?? null;
const deliveryKind = deliverySchema.shape.kind;
const deliveryState = deliverySchema.shape.state;

function toContract({ ruleId, ruleName, noDataSinceMs, ...incident }: StoredIncident): Incident {
  return {
    ...incident,
    rule: { id: ruleId, name: ruleName },
    subject: subjectWords(incident, incident.cluster),
    noDataSince: noDataSinceMs === null ? null : new Date(noDataSinceMs).toISOString(),
    startedAt: incident.startedAt.toISOString(),
    resolvedAt: timeOrNull(incident.resolvedAt),
    acknowledgedAt: timeOrNull(incident.acknowledgedAt),
    deliveries: incident.deliveries.map(({ nextAttemptAtMs, ...delivery }) => ({
      ...delivery,
      kind: deliveryKind.parse(delivery.kind),
      state: deliveryState.parse(delivery.state),
      createdAt: delivery.createdAt.toISOString(),
      sentAt: timeOrNull(delivery.sentAt),
      nextAttemptAt: nextAttemptAtMs === null ? null : new Date(nextAttemptAtMs).toISOString(),
    })),
  };
}

/** Newest first unless asked otherwise. */
export async function listIncidents(context: ConsoleContext, query: IncidentQuery): Promise<List<Incident>> {
  const { state, cluster } = query;
  const incidents = (await store.readIncidents(context.database, { state, cluster }))
    .filter((incident) => maySee(context, incident.cluster))
    .map(toContract);
  const shape = {
    textOf: (item: Incident) => `${item.rule.name} ${item.cluster} ${item.subject} ${item.type}`,
    keyOf: (item: Incident) => -Date.parse(item.startedAt),
  };
  return pageOf(incidents, query, shape, { asOf: context.now().toISOString(), stale: false });
}

export async function firingIncidents(context: ConsoleContext, clusterId: string): Promise<Incident[]> {
  return (await store.readIncidents(context.database, { state: 'firing', cluster: clusterId })).map(
    toContract,
  );
}

/** One of a cluster that the asker has no part in is not there. */
async function requireIncident(context: ConsoleContext, id: string): Promise<StoredIncident> {
  const incident = await store.readIncident(context.database, id);
  if (incident === null || !maySee(context, incident.cluster)) throw noSuchIncident();
  return incident;
}

export async function incident(context: ConsoleContext, id: string): Promise<Incident> {
  return toContract(await requireIncident(context, id));
}

export async function acknowledgeIncident(
  context: ConsoleContext,
  actor: Actor,
  id: string,
): Promise<Incident> {
  requireRoleIn(context, (await requireIncident(context, id)).cluster, 'operator');
  const acknowledged = await store.markAcknowledged(context.database, id, actor.name, context.now());
  if (acknowledged === null) throw noSuchIncident();
  return toContract(acknowledged);
}
