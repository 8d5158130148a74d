/**
 * Finds every schema that protocol/messages exports, so that a test covers a new file without being told of it.
 */
import { readdirSync } from 'node:fs';
import type { MessageSchema } from '../schema/notation.ts';

function isSchema(value: unknown): value is MessageSchema {
  return typeof value === 'object' && value !== null && 'fields' in value && 'versions' in value && 'kind' in value;
}

/** All schemas, in the order of the files. */
export async function loadSchemas(): Promise<MessageSchema[]> {
  const folder = new URL('../messages/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const modules = await Promise.all(
    files.sort().map(async (name) => (await import(new URL(name, folder).href)) as Record<string, unknown>),
  );
  return modules.flatMap((module) => Object.values(module).filter(isSchema));
}
