/**
 * Writes docs/protocol-support.md from the broker's own table of APIs: `npx tsx scripts/protocol-support.ts`.
 * A test compares the file with what this would write, so it cannot go stale.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiNameOf } from '../protocol/api-keys.ts';
import type { ApiHandler } from '../broker/apis/api-handler.ts';
import { apiTable } from '../broker/apis/table.ts';

export const protocolSupportPath = fileURLToPath(new URL('../docs/protocol-support.md', import.meta.url));

/** What a reader should know of an API beyond its versions. */
const NOTES: Readonly<Record<string, string>> = {
  Produce: 'Record batches of format 2 (version 3 and later). Stored as sent, never recompressed.',
  Fetch: 'Batches as stored. Sessions are not kept: every fetch is a full one, which the protocol allows.',
  Metadata:
    'Creates topics on first use if `auto.create.topics.enable` allows it. Topic ids from version 10.',
  ApiVersions: 'An unknown version is answered as version 0 with UNSUPPORTED_VERSION.',
  InitProducerId: 'Idempotent producers. A transactional id is refused.',
  DescribeConfigs: 'Topics and brokers.',
  AlterConfigs: 'Topics and brokers; replaces all overrides.',
  IncrementalAlterConfigs: 'Topics and brokers.',
};

function row({ request: { apiKey }, minVersion, maxVersion }: ApiHandler): string {
  const name = apiNameOf(apiKey) ?? '?';
  return `| ${String(apiKey)} | ${name} | ${String(minVersion)}-${String(maxVersion)} | ${NOTES[name] ?? ''} |`;
}

export function protocolSupportText(): string {
  const handlers = [...apiTable.values()].sort((left, right) => left.request.apiKey - right.request.apiKey);
  return [
    '# Protocol support',
    '',
    'What the broker serves of the Kafka protocol. This file is generated from `broker/apis/table.ts` by',
    '`npx tsx scripts/protocol-support.ts`; the same table answers ApiVersions and routes requests.',
    '',
    'The lowest version is 0 everywhere: older librdkafka clients turn features off in silence when it is not.',
    'A key or version that is not listed closes the connection, as in Apache Kafka.',
    '',
    '| Key | API | Versions | Notes |',
    '|---|---|---|---|',
    ...handlers.map(row),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(protocolSupportPath, protocolSupportText());
