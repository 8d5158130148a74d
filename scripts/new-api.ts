/**
 * Scaffolds a key of the protocol, or persisted records, from Apache Kafka's own message definitions:
 *
 *   npx tsx scripts/new-api.ts FooRequest.json FooResponse.json [--serve]
 *       writes protocol/messages/NN-foo.ts and its rows in all-messages.ts and api-keys.ts;
 *       --serve also writes a stub of the handler, broker/apis/NN-foo.ts
 *   npx tsx scripts/new-api.ts --into records-SUBJECT.ts FooKey.json FooValue.json ...
 *       adds records to a file of protocol/messages, which is made when it is not there
 *
 * The definitions are found in Kafka's source (clients/src/main/resources/common/message and the like) and inside its
 * jars. Nothing is overwritten: a message that exists is an error. What is left to do by hand is printed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { DefinitionError, parseDefinition, type MessageDefinition } from './new-api/message-definition.ts';
import { messageFile, withRecords } from './new-api/message-file.ts';
import { handlerStub, messageFileName, withApiKey, withMessageFile } from './new-api/table-rows.ts';

export interface NewApiOptions {
  /** Of the repository to write into. */
  readonly root: string;
  readonly definitionFiles: readonly string[];
  /** File name inside protocol/messages; for records only. */
  readonly into: string | null;
  readonly serve: boolean;
}

/** Path, relative to the root, to content: all is worked out before anything is written. */
type Writes = Map<string, string>;

/** Writes the files and returns what to do next, a line each. Throws DefinitionError for what a person has to mend. */
export async function newApi(options: NewApiOptions): Promise<string[]> {
  const definitions = options.definitionFiles.map((file) => parseDefinition(readDefinition(file), file));
  const writes: Writes = new Map();
  const next =
    options.into === null ? planKey(options, definitions, writes) : planRecords(options, definitions, writes);
  const layout = await resolveConfig(fileURLToPath(import.meta.url));
  const laidOut: [string, string][] = [];
  for (const [file, text] of writes)
    laidOut.push([file, await format(text, { ...layout, parser: 'typescript' })]);
  for (const [file, text] of laidOut) writeFileSync(path.join(options.root, file), text);
  return [...laidOut.map(([file]) => `wrote ${file}`), ...next];
}

function planKey({ root, serve }: NewApiOptions, definitions: MessageDefinition[], writes: Writes): string[] {
  const request = definitions.find(({ kind }) => kind === 'request');
  const response = definitions.find(({ kind }) => kind === 'response');
  if (request === undefined || response === undefined || definitions.length !== 2) {
    throw new DefinitionError(
      'Give the definitions of one request and its response; for records, name their file with --into records-SUBJECT.ts.',
    );
  }
  const name = request.name.replace(/Request$/, '');
  if (request.name !== `${name}Request` || response.name !== `${name}Response`) {
    throw new DefinitionError(`${request.name} and ${response.name} are not a request and its response.`);
  }
  if (response.apiKey !== request.apiKey) {
    throw new DefinitionError(
      `${request.name} has key ${String(request.apiKey)}, ${response.name} has ${String(response.apiKey)}.`,
    );
  }
  if (rangesDiffer(request, response)) {
    throw new DefinitionError(
      `${request.name} and ${response.name} have different validVersions or flexibleVersions.`,
    );
  }
  const fileName = messageFileName(request.apiKey, name);
  const file = path.join('protocol/messages', fileName);
  refuseExisting(root, file);
  writes.set(file, messageFile(name, [request, response]));
  writes.set(
    allMessagesFile,
    withMessageFile(readFileSync(path.join(root, allMessagesFile), 'utf8'), fileName),
  );
  writes.set(apiKeysFile, withApiKey(readFileSync(path.join(root, apiKeysFile), 'utf8'), request, name));
  const handler = path.join('broker/apis', fileName);
  if (serve) {
    refuseExisting(root, handler);
    writes.set(handler, handlerStub(request, name));
  }
  return nextForKey(file, serve ? handler : null);
}

function nextForKey(file: string, handler: string | null): string[] {
  return [
    `next: write the comment at the top of ${file}: what it is for, what each version added`,
    ...nextForAll,
    ...(handler === null
      ? []
      : [
          `next: fill in ${handler}; it refuses every request until then`,
          'next: say who may ask it in broker/apis/access/rules.ts, or nobody may where there is an authorizer',
          'next: when it works, and no sooner, add it to broker/apis/table.ts: that advertises it to clients',
          'next: tell docs/protocol-support.md: npx tsx scripts/protocol-support.ts',
        ]),
  ];
}

function planRecords(
  { root, into, serve }: NewApiOptions,
  definitions: MessageDefinition[],
  writes: Writes,
): string[] {
  if (into === null || !/^records-[a-z0-9-]+\.ts$/.test(into)) {
    throw new DefinitionError('Records go into files grouped by subject: --into records-SUBJECT.ts.');
  }
  if (serve) throw new DefinitionError('--serve is for requests; a record is not served.');
  const other = definitions.find(({ kind }) => kind !== 'record');
  if (other !== undefined)
    throw new DefinitionError(`${other.name} is a ${other.kind}, and --into is for records.`);
  if (definitions.length === 0) throw new DefinitionError('Give the definition of at least one record.');
  const file = path.join('protocol/messages', into);
  const current = existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : null;
  writes.set(
    file,
    current === null
      ? messageFile(into.replace(/^records-|\.ts$/g, '').replaceAll('-', ' '), definitions)
      : withRecords(current, file, definitions),
  );
  writes.set(allMessagesFile, withMessageFile(readFileSync(path.join(root, allMessagesFile), 'utf8'), into));
  return [
    `next: write the comment at the top of ${file}: where these lie, what each version added`,
    ...nextForAll,
  ];
}

const nextForAll = [
  'next: add encodings made by Apache Kafka to protocol/golden (fields oracle, type, apiKey, name, version, json, hex) and their number to expected-counts.json',
  'next: npx vitest run --project unit protocol',
];
const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const allMessagesFile = 'protocol/messages/all-messages.ts';
const apiKeysFile = 'protocol/api-keys.ts';

function rangesDiffer(left: MessageDefinition, right: MessageDefinition): boolean {
  return (
    left.versions.min !== right.versions.min ||
    left.versions.max !== right.versions.max ||
    left.flexible?.min !== right.flexible?.min
  );
}

function readDefinition(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DefinitionError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      {
        cause: error,
      },
    );
  }
}

function refuseExisting(root: string, file: string): void {
  if (existsSync(path.join(root, file)))
    throw new DefinitionError(`${file} exists already; nothing was written.`);
}

async function main(argv: readonly string[]): Promise<number> {
  const rest = [...argv];
  let into: string | null = null;
  let serve = false;
  const definitionFiles: string[] = [];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--serve') serve = true;
    else if (argument === '--into') into = rest.shift() ?? '';
    else if (argument.startsWith('-'))
      throw new DefinitionError(`${argument} is no option; there are --into and --serve.`);
    else definitionFiles.push(argument);
  }
  const lines = await newApi({ root: repository, definitionFiles, into, serve });
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (status) => (process.exitCode = status),
    (error: unknown) => {
      if (!(error instanceof DefinitionError)) throw error;
      process.stderr.write(`new-api: ${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
