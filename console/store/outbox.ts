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
import { transact } from './transact.ts';

const payloadSchema = z.looseObject({ batch: z.string().optional() });

export interface PendingDelivery {
  readonly id: string;
  readonly incidentId: string;
  readonly channelId: string;
  readonly kind: string;
  /** Null when it is no JSON object: it cannot be sent, and must not keep others from being sent. */
  readonly payload: Readonly<Record<string, unknown>> | null;
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
    const payload = payloadOf(row.payload);
    return {
      id: row.id,
      incidentId: row.incidentId,
      channelId: row.channelId,
      kind: row.kind,
      payload,
      batch: payload?.batch ?? null,
      messageId: row.messageId,
      attempts: row.attempts,
      createdAtMs: row.createdAt.getTime(),
      nextAttemptAtMs: Number(row.nextAttemptAtMs ?? 0n),
    };
  });
}

function payloadOf(text: string): z.infer<typeof payloadSchema> | null {
  try {
    return payloadSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
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
  const { rows, value, withKey } = dialectOf(database);
  try {
    await transact(database, async (inside) => {
      const claimed = await inside.$executeRaw`
        UPDATE "Delivery" SET "payload" = ${withKey('"payload"', 'batch', batch)}, "attempts" = "attempts" + 1,
               "nextAttemptAtMs" = ${value(BigInt(retryAtMs), 'bigint')}
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

/** How an attempt ended. `pending` is tried again; `dead` was given up: shown with its incident, not tried again. */
export interface AttemptOutcome {
  readonly state: 'pending' | 'sent' | 'dead';
  readonly sentAtMs: number | null;
  readonly nextAttemptAtMs: number | null;
  /** Why it failed; of one that was sent, what was not perfect, for instance a recipient that was refused. */
  readonly note: string | null;
  /** How many attempts there were; null: those that were claimed. */
  readonly attempts: number | null;
}

/** Of what does not wait any more, nothing is changed. */
export async function keepOutcome(
  database: Database,
  deliveries: readonly PendingDelivery[],
  { state, sentAtMs, nextAttemptAtMs, note, attempts }: AttemptOutcome,
): Promise<void> {
  const data = {
    state,
    sentAt: sentAtMs === null ? null : new Date(sentAtMs),
    nextAttemptAtMs: nextAttemptAtMs === null ? null : BigInt(nextAttemptAtMs),
    lastError: note,
    ...(attempts === null ? {} : { attempts }),
  };
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
