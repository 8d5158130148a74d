/**
 * Clusters that a user added. Password and private key are sealed with a key that lives outside the database and bound to the
 * cluster's id. Removing one takes along what would point to nothing: its rules, silences and history; what has happened
 * (incidents, audit) stays, and incidents that fire are closed.
 */
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { MetricsAddress } from '../contracts/metrics-addresses.ts';
import type { ClusterAccess, SaslMechanism } from '../model/cluster-access.ts';
import { detachHistory } from './detached-history.ts';
import type { Database } from './database.ts';
import { transact } from './transact.ts';
import { seal, unseal } from './sealed-box.ts';

export interface ClusterRecord {
  readonly id: string;
  readonly name: string;
  readonly bootstrap: readonly string[];
  readonly readOnly: boolean;
  readonly access: ClusterAccess;
  /** Where the metrics of its brokers are read. */
  readonly metrics: readonly MetricsAddress[];
}

export interface StoredCluster extends ClusterRecord {
  /** False when the secrets cannot be opened: the key beside the database is another one. Then they are empty. */
  readonly isOpened: boolean;
}

interface OpenSettings {
  readonly tls: Omit<NonNullable<ClusterAccess['tls']>, 'key'> | null;
  readonly sasl: { readonly mechanism: SaslMechanism; readonly username: string } | null;
  /** Left out by those who stored before it was asked for. */
  readonly metrics?: readonly MetricsAddress[];
}
interface Secrets {
  readonly key?: string;
  readonly password?: string;
}

type Row = NonNullable<Awaited<ReturnType<Database['cluster']['findUnique']>>>;
const purposeOf = (id: string): string => `cluster ${id}`;

/** In the order in which they were added. */
export async function readUserClusters(database: Database, key: Buffer): Promise<StoredCluster[]> {
  const rows = await database.cluster.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  return rows.map((row) => clusterOf(row, key));
}

/** False when there is one of that id. */
export async function insertUserCluster(
  database: Database,
  key: Buffer,
  record: ClusterRecord,
  author: { readonly by: string; readonly at: Date },
): Promise<boolean> {
  try {
    const data = { id: record.id, ...columnsOf(record, key), createdAt: author.at, createdBy: author.by };
    await database.cluster.create({ data });
    return true;
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return false;
    throw error;
  }
}

/** False when there is none. */
export async function updateUserCluster(
  database: Database,
  key: Buffer,
  record: ClusterRecord,
): Promise<boolean> {
  const { count } = await database.cluster.updateMany({
    where: { id: record.id },
    data: columnsOf(record, key),
  });
  return count === 1;
}

/** False when there is none. */
export async function deleteUserCluster(database: Database, id: string, at: Date): Promise<boolean> {
  return transact(database, async (inside) => {
    if ((await inside.cluster.deleteMany({ where: { id } })).count === 0) return false;
    await inside.incident.updateMany({
      where: { cluster: id, state: 'firing' },
      data: { state: 'resolved', resolvedAt: at },
    });
    await inside.alertRule.deleteMany({ where: { cluster: id } });
    await inside.silence.deleteMany({ where: { cluster: id } });
    await inside.clusterChange.deleteMany({ where: { cluster: id } });
    await detachHistory(inside, id);
    return true;
  });
}

function columnsOf({ id, name, bootstrap, readOnly, access, metrics }: ClusterRecord, key: Buffer) {
  const { tls, sasl } = access;
  const settings: OpenSettings = {
    tls: tls === null ? null : withoutKey(tls),
    sasl: sasl === null ? null : { mechanism: sasl.mechanism, username: sasl.username },
    metrics,
  };
  const secrets: Secrets = {
    ...(tls?.key == null ? {} : { key: tls.key }),
    ...(sasl === null ? {} : { password: sasl.password }),
  };
  const isOpen = Object.keys(secrets).length === 0;
  return {
    name,
    bootstrap: JSON.stringify(bootstrap),
    readOnly,
    settings: JSON.stringify(settings),
    secret: isOpen ? null : seal(key, purposeOf(id), JSON.stringify(secrets)),
  };
}

function withoutKey({
  key: _key,
  ...tls
}: NonNullable<ClusterAccess['tls']>): NonNullable<OpenSettings['tls']> {
  return tls;
}

function clusterOf(row: Row, key: Buffer): StoredCluster {
  const opened = row.secret === null ? '{}' : unseal(key, purposeOf(row.id), row.secret);
  const secrets = JSON.parse(opened ?? '{}') as Secrets;
  const { tls, sasl, metrics = [] } = JSON.parse(row.settings) as OpenSettings;
  return {
    id: row.id,
    name: row.name,
    bootstrap: JSON.parse(row.bootstrap) as string[],
    readOnly: row.readOnly,
    access: {
      tls: tls === null ? null : { ...tls, key: secrets.key ?? null },
      sasl: sasl === null ? null : { ...sasl, password: secrets.password ?? '' },
    },
    metrics,
    isOpened: opened !== null,
  };
}
