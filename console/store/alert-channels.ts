/**
 * Channels: where notices go. What must not be read back (a URL with a password) is sealed with a key that lives outside
 * the database; the open part of the settings is JSON. What is in either is the business of the channel's type.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import { seal, unseal } from './sealed-box.ts';

export interface ChannelRecord {
  readonly name: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Empty when the channel has no secrets. */
  readonly secret: Readonly<Record<string, string>>;
  readonly enabled: boolean;
}

export interface StoredChannel extends ChannelRecord {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const SECRET_PURPOSE = 'channel';
type Row = NonNullable<Awaited<ReturnType<Database['channel']['findUnique']>>>;

export async function readChannels(database: Database, key: Buffer): Promise<StoredChannel[]> {
  const rows = await database.channel.findMany({ orderBy: { createdAt: 'asc' } });
  return rows.map((row) => channelOf(row, key));
}

export async function readChannel(
  database: Database,
  key: Buffer,
  id: string,
): Promise<StoredChannel | null> {
  const row = await database.channel.findUnique({ where: { id } });
  return row === null ? null : channelOf(row, key);
}

export async function insertChannel(
  database: Database,
  key: Buffer,
  record: ChannelRecord,
  at: Date,
): Promise<StoredChannel> {
  const data = { id: randomUUID(), ...columns(record, key), createdAt: at, updatedAt: at };
  return channelOf(await database.channel.create({ data }), key);
}

/** Null when there is no such channel. */
export async function replaceChannel(
  database: Database,
  key: Buffer,
  id: string,
  record: ChannelRecord,
  at: Date,
): Promise<StoredChannel | null> {
  const data = { ...columns(record, key), updatedAt: at };
  const { count } = await database.channel.updateMany({ where: { id }, data });
  return count === 0 ? null : readChannel(database, key, id);
}

export async function removeChannel(database: Database, id: string): Promise<boolean> {
  return (await database.channel.deleteMany({ where: { id } })).count === 1;
}

/** The last delivery of each channel that was tried. */
export async function lastDeliveries(
  database: Database,
): Promise<Map<string, { state: string; at: Date; error: string | null }>> {
  const rows = await database.delivery.findMany({
    where: { attempts: { gt: 0 } },
    orderBy: { createdAt: 'desc' },
    take: 500,
    select: { channelId: true, state: true, sentAt: true, createdAt: true, lastError: true },
  });
  const last = new Map<string, { state: string; at: Date; error: string | null }>();
  for (const { channelId, state, sentAt, createdAt, lastError } of rows) {
    if (!last.has(channelId)) last.set(channelId, { state, at: sentAt ?? createdAt, error: lastError });
  }
  return last;
}

function columns({ name, type, settings, secret, enabled }: ChannelRecord, key: Buffer) {
  const sealed = Object.keys(secret).length === 0 ? null : seal(key, SECRET_PURPOSE, JSON.stringify(secret));
  return { name, type, settings: JSON.stringify(settings), secret: sealed, enabled };
}

function channelOf(row: Row, key: Buffer): StoredChannel {
  const { id, name, type, enabled, createdAt, updatedAt } = row;
  const opened = row.secret === null ? null : unseal(key, SECRET_PURPOSE, row.secret);
  const secret = Object.fromEntries(
    Object.entries(objectOf(opened ?? '{}')).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
  return { id, name, type, enabled, createdAt, updatedAt, settings: objectOf(row.settings), secret };
}

/** Of what cannot be read nothing is known; the channel itself says so when it is used, and keeps no other from working. */
function objectOf(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
