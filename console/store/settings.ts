/** Single values by key. */
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { Database } from './database.ts';

export async function readSetting(database: Database, key: string): Promise<string | null> {
  return (await database.setting.findUnique({ where: { key } }))?.value ?? null;
}

export async function writeSetting(database: Database, key: string, value: string, at: Date): Promise<void> {
  const data = { value, updatedAt: at };
  const write = (): Promise<unknown> =>
    database.setting.upsert({ where: { key }, create: { key, ...data }, update: data });
  try {
    await write();
  } catch (error) {
    // Not one statement everywhere: two processes may both have found nothing there.
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')) throw error;
    await write();
  }
}
