/**
 * Adds, changes and removes clusters that users bring in themselves; those of the configuration can only be looked at.
 *
 * Each change is kept in the database first, then made known to this process, then watched. Changes come one after the
 * other, so that two of one cluster cannot leave the collector with the older one.
 */
import { unwatchCluster, watchCluster } from '../collector/start.ts';
import { OutboundRefusedError } from '../alerting/channels/outbound-policy.ts';
import { judged } from '../collector/cluster-connection.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { ChangedCluster, ClusterConnection, ClusterDetail, NewCluster } from '../contracts/clusters.ts';
import { newClusterIdSchema } from '../contracts/clusters.ts';
import { metricsHosts, metricsText } from '../contracts/metrics-addresses.ts';
import * as store from '../store/user-clusters.ts';
import { forgetBrokerConfigs } from './broker-configs.ts';
import { accessOf, accessText } from './cluster-secrets.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { closeKafka } from './kafka-connections.ts';
import { hasRole } from './roles.ts';
import { followTopicConfigs, forgetTopicConfigs } from './topic-configs.ts';
import { clusterContract, requireCluster } from './watched-clusters.ts';
import { withDeadline } from './with-deadline.ts';

export const userClustersMax = 50;
const resolveWaitMs = 3_000;

const queueKey = Symbol.for('aquila.console.cluster-changes');
const processWide = globalThis as typeof globalThis & { [queueKey]?: Promise<unknown> };

function inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
  const turn = (processWide[queueKey] ?? Promise.resolve()).then(change, change);
  processWide[queueKey] = turn;
  return turn;
}

/** How it is connected to is for administrators alone. */
export function clusterDetail(
  context: ConsoleContext,
  actor: Pick<Actor, 'role'>,
  clusterId: string,
): ClusterDetail {
  const { settings } = requireCluster(context, clusterId);
  const shown = settings.source === 'user' && hasRole(actor, 'admin');
  return { ...clusterContract(context, settings), connection: shown ? connectionOf(settings) : null };
}

function connectionOf({ access: { tls, sasl }, metrics }: ClusterSettings): ClusterConnection {
  return {
    tls:
      tls === null
        ? null
        : {
            ca: tls.ca,
            certificate: tls.certificate,
            hasKey: tls.key !== null,
            serverName: tls.serverName,
            verify: tls.verify,
          },
    sasl: sasl === null ? null : { mechanism: sasl.mechanism, username: sasl.username },
    brokerMetrics: metrics.length === 0 ? null : metricsText(metrics),
  };
}

/** "My Kafka (eu)" becomes my-kafka-eu. Throws 422 when nothing is left of it. */
function idOf(name: string): string {
  const id = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  if (newClusterIdSchema.safeParse(id).success) return id;
  throw new ConsoleError('invalid', 'No id can be made of this name: give one.', {
    errors: { id: 'is needed, since none can be made of the name' },
  });
}

function requireFree(context: ConsoleContext, { id, name }: { id: string; name: string }): void {
  const others = context.clusters.all().filter((cluster) => cluster.id !== id);
  if (others.some((cluster) => cluster.name.toLowerCase() === name.toLowerCase())) {
    throw new ConsoleError('already-exists', `There is a cluster called "${name}" already.`, {
      errors: { name: 'is the name of another cluster' },
    });
  }
}

const idTaken = (id: string) =>
  new ConsoleError('already-exists', `There is a cluster "${id}" already.`, {
    errors: { id: 'is the id of another cluster' },
  });

/** A name that cannot be resolved now may be later; an address that is never allowed is refused at once. */
async function requireAllowed(
  context: ConsoleContext,
  { bootstrap, brokerMetrics }: Pick<NewCluster, 'bootstrap' | 'brokerMetrics'>,
): Promise<void> {
  const resolve = judged(context.config.outbound);
  const refusalsOf = async (hosts: readonly string[]): Promise<string | undefined> => {
    const refusals = Promise.all(Array.from(new Set(hosts), (host) => refusalOf(resolve(host))));
    return (await withDeadline(refusals, resolveWaitMs, [])).find((message) => message !== null) ?? undefined;
  };
  const [ofBrokers, ofMetrics] = await Promise.all([
    refusalsOf(bootstrap.map((address) => address.replace(/:\d+$/, ''))),
    refusalsOf(metricsHosts(brokerMetrics)),
  ]);
  const [field, refusal] =
    ofBrokers === undefined ? (['brokerMetrics', ofMetrics] as const) : (['bootstrap', ofBrokers] as const);
  if (refusal !== undefined) throw new ConsoleError('invalid', refusal, { errors: { [field]: refusal } });
}

async function refusalOf(resolving: Promise<unknown>): Promise<string | null> {
  try {
    await resolving;
    return null;
  } catch (error) {
    return error instanceof OutboundRefusedError ? error.message : null;
  }
}

async function beginWatching(settings: ClusterSettings): Promise<void> {
  closeKafka(settings.id);
  forgetBrokerConfigs(settings.id);
  await watchCluster(settings);
  followTopicConfigs(settings);
}

export function addCluster(
  context: ConsoleContext,
  actor: Actor,
  input: NewCluster,
  note: (detail: string) => void,
): Promise<ClusterDetail> {
  return inTurn(async () => {
    const { name, bootstrap, readOnly, brokerMetrics: metrics } = input;
    const id = input.id ?? idOf(name);
    if (context.clusters.find(id) !== undefined) throw idTaken(id);
    requireFree(context, { id, name });
    if (context.clusters.added >= userClustersMax)
      throw new ConsoleError(
        'conflict',
        `At most ${userClustersMax} clusters can be added. Remove one first.`,
      );
    const access = accessOf(input, null);
    await requireAllowed(context, input);
    note(
      `${id}: ${bootstrap.join(', ')}; ${accessText(access)}${readOnly ? '; read-only' : ''}; metrics: ${metricsNote(metrics)}`,
    );
    const record = { id, name, bootstrap, readOnly, access, metrics };
    const author = { by: actor.name, at: context.now() };
    if (!(await store.insertUserCluster(context.database, context.channelKey, record, author)))
      throw idTaken(id);
    await beginWatching(context.clusters.put({ ...record, isOpened: true }));
    return clusterDetail(context, actor, id);
  });
}

function requireAdded(context: ConsoleContext, clusterId: string): ClusterSettings {
  const { settings } = requireCluster(context, clusterId);
  if (settings.source === 'user') return settings;
  const where =
    settings.source === 'bundled'
      ? 'is started by Aquila itself'
      : 'is named by the environment or the properties file';
  throw new ConsoleError(
    'configured-cluster',
    `Cluster "${clusterId}" ${where}. Change it there and start the console again.`,
  );
}

const metricsNote = (metrics: ClusterSettings['metrics']): string =>
  metrics.length === 0 ? 'none' : metricsText(metrics);

function differenceText(before: ClusterSettings, after: ClusterSettings): string {
  const changes: string[] = [];
  const compare = (what: string, from: string, to: string): void => {
    if (from !== to) changes.push(`${what}: ${from} -> ${to}`);
  };
  compare('name', before.name, after.name);
  compare('bootstrap', before.bootstrap.join(', '), after.bootstrap.join(', '));
  compare('access', accessText(before.access), accessText(after.access));
  compare('read-only', String(before.readOnly), String(after.readOnly));
  compare('metrics', metricsNote(before.metrics), metricsNote(after.metrics));
  if (before.access.sasl?.password !== after.access.sasl?.password) changes.push('password changed');
  if (before.access.tls?.key !== after.access.tls?.key) changes.push('private key changed');
  return changes.length === 0 ? 'nothing changed' : changes.join('; ');
}

export function replaceCluster(
  context: ConsoleContext,
  actor: Actor,
  clusterId: string,
  input: ChangedCluster,
  note: (detail: string) => void,
): Promise<ClusterDetail> {
  return inTurn(async () => {
    const before = requireAdded(context, clusterId);
    const { name, bootstrap, readOnly, brokerMetrics: metrics } = input;
    requireFree(context, { id: clusterId, name });
    const access = accessOf(input, before);
    await requireAllowed(context, input);
    const record = { id: clusterId, name, bootstrap, readOnly, access, metrics };
    if (!(await store.updateUserCluster(context.database, context.channelKey, record)))
      throw new ConsoleError('not-found', `There is no cluster "${clusterId}".`);
    const after = context.clusters.put({ ...record, isOpened: true });
    note(differenceText(before, after));
    await beginWatching(after);
    return clusterDetail(context, actor, clusterId);
  });
}

/** What was known of it goes with it; who did what and what was alerted stays. */
export function removeCluster(context: ConsoleContext, clusterId: string): Promise<void> {
  return inTurn(async () => {
    const settings = requireAdded(context, clusterId);
    await unwatchCluster(clusterId);
    try {
      await store.deleteUserCluster(context.database, clusterId, context.now());
    } catch (error) {
      await beginWatching(settings);
      throw error;
    }
    context.clusters.remove(clusterId);
    forgetTopicConfigs(clusterId);
    forgetBrokerConfigs(clusterId);
    closeKafka(clusterId);
  });
}
