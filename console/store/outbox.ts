/**
 * The outbox: deliveries that wait to be sent. A row was written with the change it tells of, before any attempt.
 *
 * An attempt is claimed first: the rows that go out in one message get a common `batch` (kept in their payload) and a time
 * at which they may be tried again. The message carries the Message-ID of the first of them. So a process that dies in
 * between, before or after the server took the message, leads to the same message under the same Message-ID.
 */
import { z } from 'zod';
import type { Database } from './database.ts';
import { dialectOf } from './dialect/dialect.ts';

const payloadSchema = z.looseObject({ batch: z.string().optional() });

export interface PendingDelivery {
  readonly id: string;
  readonly incidentId: string;
  readonly channelId: string;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Set once an attempt was claimed: what went out together stays together. */
  readonly batch: string | null;
  readonly messageId: string;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly nextAttemptAtMs: number;
}

/** Databases bound the parameters of a statement. */
const IDS_PER_STATEMENT = 500;
/** How many waiting deliveries of a channel are looked at in one go. */
const PENDING_MAX = 10_000;

export async function readPendingChannels(database: Database): Promise<string[]> {
  const rows = await database.delivery.findMany({
    where: { state: 'pending' },
    distinct: ['channelId'],
    select: { channelId: true },
  });
  return rows.map(({ channelId }) => channelId);
}

/** Waiting deliveries of a channel, oldest first. */
export async function readPending(database: Database, channelId: string): Promise<PendingDelivery[]> {
  const rows = await database.delivery.findMany({
    where: { state: 'pending', channelId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: PENDING_MAX,
  });
  return rows.map((row) => {
    const payload = payloadSchema.parse(JSON.parse(row.payload));
    return {
      id: row.id,
      incidentId: row.incidentId,
      channelId: row.channelId,
      kind: row.kind,
      payload,
      batch: payload.batch ?? null,
      messageId: row.messageId,
      attempts: row.attempts,
      createdAtMs: row.createdAt.getTime(),
      nextAttemptAtMs: Number(row.nextAttemptAtMs ?? 0n),
    };
  });
}

/**
 * Claims an attempt: false when one of the rows is not waiting any more (another process was faster), and then nothing was
 * changed.
 */
export async function claimAttempt(
  database: Database,
  deliveries: readonly PendingDelivery[],
  batch: string,
  retryAtMs: number,
): Promise<boolean> {
  const refused = new Error('claimed elsewhere');
  const claims = deliveries.map(({ id, attempts }) => [id, attempts]);
  const { rows, withKey } = dialectOf(database);
  try {
    await database.$transaction(async (inside) => {
      const claimed = await inside.$executeRaw`
        UPDATE "Delivery" SET "payload" = ${withKey('"payload"', 'batch', batch)}, "attempts" = "attempts" + 1,
               "nextAttemptAtMs" = CAST(${BigInt(retryAtMs)} AS BIGINT)
        WHERE "state" = 'pending' AND ("id", "attempts") IN (
          SELECT r."id", r."attempts" FROM ${rows(claims, { id: 'text', attempts: 'int' })} AS r)`;
      if (claimed !== deliveries.length) throw refused;
    });
    return true;
  } catch (error) {
    if (error === refused) return false;
    throw error;
  }
}

/** `note` says what was not perfect, for instance a recipient that was refused. */
export async function markSent(
  database: Database,
  deliveries: readonly PendingDelivery[],
  at: Date,
  note: string | null,
): Promise<void> {
  await update(database, deliveries, { state: 'sent', sentAt: at, nextAttemptAtMs: null, lastError: note });
}

export async function markRetry(
  database: Database,
  deliveries: readonly PendingDelivery[],
  retryAtMs: number,
  error: string,
): Promise<void> {
  await update(database, deliveries, { nextAttemptAtMs: BigInt(retryAtMs), lastError: error });
}

/** Given up: shown with its incident, not tried again. */
export async function markDead(
  database: Database,
  deliveries: readonly PendingDelivery[],
  error: string,
): Promise<void> {
  await update(database, deliveries, { state: 'dead', nextAttemptAtMs: null, lastError: error });
}

interface DeliveryUpdate {
  readonly state?: string;
  readonly sentAt?: Date;
  readonly nextAttemptAtMs: bigint | null;
  readonly lastError: string | null;
}

async function update(
  database: Database,
  deliveries: readonly PendingDelivery[],
  data: DeliveryUpdate,
): Promise<void> {
  for (let from = 0; from < deliveries.length; from += IDS_PER_STATEMENT) {
    const ids = deliveries.slice(from, from + IDS_PER_STATEMENT).map(({ id }) => id);
    await database.delivery.updateMany({ where: { id: { in: ids }, state: 'pending' }, data });
  }
}

/** When something was sent last, by channel, since a moment. */
export async function lastSentByChannel(database: Database, since: Date): Promise<Map<string, number>> {
  const rows = await database.delivery.findMany({
    where: { state: 'sent', sentAt: { gte: since } },
    select: { channelId: true, sentAt: true },
    orderBy: { sentAt: 'asc' },
  });
  return new Map(rows.map(({ channelId, sentAt }) => [channelId, sentAt?.getTime() ?? 0]));
}
