/** The record schemas of a log by their type, taken from the files of protocol/messages that hold them. */
import type { MessageSchema } from '../../../protocol/schema/notation.ts';

/** What `import * as` gives of such a file. */
export type SchemaFile = Readonly<Record<string, unknown>>;

export function schemasIn(files: readonly SchemaFile[]): MessageSchema[] {
  return files.flatMap((file) => Object.values(file).filter(isSchema));
}

function isSchema(value: unknown): value is MessageSchema {
  return typeof value === 'object' && value !== null && 'fields' in value && 'versions' in value;
}
