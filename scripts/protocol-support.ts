/**
 * Writes docs/protocol-support.md from the broker's own tables of APIs and from the schemas of the codec:
 * `npx tsx scripts/protocol-support.ts`. A test compares the file with what this would write, so it cannot go stale.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiNameOf } from '../protocol/api-keys.ts';
import { allMessages } from '../protocol/messages/all-messages.ts';
import type { MessageSchema, Versions } from '../protocol/schema/notation.ts';
import type { ApiHandler, ControllerApiHandler } from '../broker/apis/api-handler.ts';
import { clientApis, controllerApis } from '../broker/apis/table.ts';

export const protocolSupportPath = fileURLToPath(new URL('../docs/protocol-support.md', import.meta.url));

/** What a reader should know of an API beyond its versions. */
const NOTES: Readonly<Record<string, string>> = {
  Produce:
    'Stored as sent, unless the topic has a compression of its own. Message sets of versions 0 to 2 become a batch of format 2 ([old-clients.md](old-clients.md)).',
  Fetch:
    'Batches as stored; versions 0 to 3 get message sets of format 0 or 1. Sessions, reading from the nearest replica, topic ids.',
  Metadata:
    'Creates topics on first use if `auto.create.topics.enable` allows it. Topic ids from version 10.',
  SaslHandshake: 'Names a mechanism on a listener with SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512.',
  SaslAuthenticate: 'Its tokens, and proving again who it is (KIP-368).',
  ApiVersions: 'An unknown version is answered as version 0 with UNSUPPORTED_VERSION.',
  InitProducerId: 'Idempotent and transactional producers.',
  AlterClientQuotas: 'Users, client ids and IP addresses; what a quota does: quotas.md.',
  DescribeConfigs: 'Topics, brokers and groups.',
  AlterConfigs: 'Topics, brokers and groups; replaces all overrides.',
  IncrementalAlterConfigs: 'Topics, brokers and groups.',
  ListConfigResources: 'Groups with settings of their own, topics and brokers.',
};

const FORWARDED = 'Answered by the active controller; any broker forwards it.';

type Handler = ApiHandler | ControllerApiHandler;

function rows(table: ReadonlyMap<number, Handler>): string[] {
  return [...table.values()].sort((left, right) => left.request.apiKey - right.request.apiKey).map(row);
}

function row({ request: { apiKey }, minVersion, maxVersion, answeredBy }: Handler): string {
  const name = apiNameOf(apiKey) ?? '?';
  const notes = [NOTES[name], answeredBy === 'controller' ? FORWARDED : undefined].filter((note) => note);
  return `| ${String(apiKey)} | ${name} | ${String(minVersion)}-${String(maxVersion)} | ${notes.join(' ')} |`;
}

function rangeText({ min, max }: Versions): string {
  if (max === Number.POSITIVE_INFINITY) return `${String(min)}+`;
  return min === max ? String(min) : `${String(min)}-${String(max)}`;
}

/** One row a key: what the codec reads and writes, and how much of it the broker serves. */
function codecRow(request: MessageSchema): string {
  const { apiKey, versions, flexible } = request;
  const handler = clientApis.get(apiKey) ?? controllerApis.get(apiKey);
  const served =
    handler === undefined ? 'not served' : rangeText({ min: handler.minVersion, max: handler.maxVersion });
  const compact = flexible === null ? 'never' : rangeText(flexible);
  return `| ${String(apiKey)} | ${apiNameOf(apiKey) ?? '?'} | ${rangeText(versions)} | ${compact} | ${served} |`;
}

function recordRow({ apiKey, name, versions, flexible }: MessageSchema): string {
  const type = apiKey < 0 ? '' : String(apiKey);
  return `| ${name} | ${type} | ${rangeText(versions)} | ${flexible === null ? 'never' : rangeText(flexible)} |`;
}

function codecText(): string[] {
  const schemas = [...allMessages.values()];
  const requests = schemas
    .filter(({ kind }) => kind === 'request')
    .sort((left, right) => left.apiKey - right.apiKey);
  const records = schemas
    .filter(({ kind }) => kind === 'record')
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return [
    '## What the codec knows',
    '',
    'Schemas in `protocol/messages`, each tested against encodings that Apache Kafka wrote. The codec reads and writes more',
    'than the broker serves: `aquila codec` (codec.md) and kafka-client use all of it. Keys 4 to 7 belong to the time of',
    'ZooKeeper and are left out. A new key begins with `npx tsx scripts/new-api.ts`.',
    '',
    '| Key | API | Versions | Compact encoding | Served |',
    '|---|---|---|---|---|',
    ...requests.map(codecRow),
    '',
    '### Stored records',
    '',
    'What lies in `__consumer_offsets`, `__transaction_state`, `__share_group_state`, `__remote_log_metadata` and the metadata log,',
    'in control records, and inside other messages. The type is the number in front of the key or of the framed value.',
    '',
    '| Record | Type | Versions | Compact encoding |',
    '|---|---|---|---|',
    ...records.map(recordRow),
    '',
  ];
}

export function protocolSupportText(): string {
  return [
    '# Protocol support',
    '',
    'What the broker serves of the Kafka protocol, and what the codec knows of it. This file is generated from',
    '`broker/apis/table.ts` and `protocol/messages` by `npx tsx scripts/protocol-support.ts`.',
    '',
    '## What the broker serves',
    '',
    'The table that answers ApiVersions and routes requests on the listeners of clients.',
    '',
    'The lowest version is 0 everywhere: older librdkafka clients turn features off in silence when it is not.',
    'A key or version that is not listed closes the connection, as in Apache Kafka.',
    '',
    '| Key | API | Versions | Notes |',
    '|---|---|---|---|',
    ...rows(clientApis),
    '',
    '## What the controller listener serves',
    '',
    'Requests of other nodes, and those of tools that are given the address of a controller (`--bootstrap-controller`).',
    '',
    '| Key | API | Versions | Notes |',
    '|---|---|---|---|',
    ...rows(controllerApis),
    '',
    ...codecText(),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(protocolSupportPath, protocolSupportText());
