/** Single values by key. */
import type { Database } from './database.ts';

export async function readSetting(database: Database, key: string): Promise<string | null> {
  return (await database.setting.findUnique({ where: { key } }))?.value ?? null;
}

export async function writeSetting(database: Database, key: string, value: string, at: Date): Promise<void> {
  await database.setting.upsert({
    where: { key },
    create: { key, value, updatedAt: at },
    update: { value, updatedAt: at },
  });
}
