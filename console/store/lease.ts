/**
 * A lease: who does alone what only one process may do (keep history, judge alerts, send). The holder renews it with
 * every round; others take it over once it ran out, or at once when its holder is a process of this machine that is gone.
 *
 * Each step is one conditional UPDATE, so two processes cannot both win.
 */
import type { Database } from './database.ts';

export const LEASE_MS = 30_000;

/** Takes or renews the lease. True while it is held by `holder`. */
export async function holdLease(
  database: Database,
  name: string,
  holder: string,
  nowMs: number,
): Promise<boolean> {
  const expiresAtMs = BigInt(nowMs + LEASE_MS);
  const taken = await database.lease.updateMany({
    where: {
      name,
      OR: [
        { holder },
        { expiresAtMs: { lt: BigInt(nowMs) } },
        { expiresAtMs: { gt: BigInt(nowMs + 2 * LEASE_MS) } },
      ],
    },
    data: { holder, expiresAtMs },
  });
  if (taken.count === 1) return true;
  if ((await database.lease.findUnique({ where: { name } })) !== null) return false;
  try {
    await database.lease.create({ data: { name, holder, expiresAtMs } });
    return true;
  } catch {
    return (await database.lease.findUnique({ where: { name } }))?.holder === holder;
  }
}

export async function leaseHolder(database: Database, name: string): Promise<string | null> {
  return (await database.lease.findUnique({ where: { name } }))?.holder ?? null;
}

/** Takes the lease from a holder that is known to be gone, before it ran out. */
export async function takeLeaseOver(
  database: Database,
  name: string,
  from: string,
  holder: string,
  nowMs: number,
): Promise<boolean> {
  const data = { holder, expiresAtMs: BigInt(nowMs + LEASE_MS) };
  return (await database.lease.updateMany({ where: { name, holder: from }, data })).count === 1;
}

/** Gives the lease up, if `holder` still has it. */
export async function releaseLease(database: Database, name: string, holder: string): Promise<void> {
  await database.lease.deleteMany({ where: { name, holder } });
}

/** Who holds any lease that has not run out: a console that works on this database. */
export async function liveHolder(database: Database, nowMs: number): Promise<string | null> {
  const lease = await database.lease.findFirst({ where: { expiresAtMs: { gt: BigInt(nowMs) } } });
  return lease?.holder ?? null;
}
