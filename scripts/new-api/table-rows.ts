/**
 * The rows that a new message needs in tables: protocol/messages/all-messages.ts, and protocol/api-keys.ts when the
 * key is not there yet. Both stay sorted. Pure: text in, text out.
 */
import { DefinitionError, type MessageDefinition } from './message-definition.ts';
import { lowerFirst } from './schema-source.ts';
import { kebabCase, LEFT_OVER } from './message-file.ts';

const IMPORT_BLOCK = /(?:^import \* as \w+ from '\.\/[\w-]+\.ts';\n)+/m;
const IMPORT_ROW = /^import \* as (\w+) from '\.\/([\w-]+\.ts)';$/gm;
const MODULE_LIST = /(const modules: [^\n]* = \[\n)(?: {2}\w+,\n)+(\];)/;
const API_ROW = /^ {2}(\w+): \[(\d+), (\w+)\],$/gm;

/** `17-sasl-handshake.ts`; `name` is without Request or Response. */
export function messageFileName(apiKey: number, name: string): string {
  return `${String(apiKey).padStart(2, '0')}-${kebabCase(name)}.ts`;
}

/** `records-share-group.ts` is imported as recordsShareGroup, `17-sasl-handshake.ts` as saslHandshake. */
function moduleName(fileName: string): string {
  return fileName
    .replace(/^\d+-|\.ts$/g, '')
    .replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/** all-messages.ts with this file in it. */
export function withMessageFile(allMessages: string, fileName: string): string {
  const block = IMPORT_BLOCK.exec(allMessages)?.[0];
  if (block === undefined || !MODULE_LIST.test(allMessages)) {
    throw new DefinitionError(
      'all-messages.ts is not laid out as this script expects: import rows, then modules.',
    );
  }
  const files = new Map([...block.matchAll(IMPORT_ROW)].map((match) => [match[2] ?? '', match[1] ?? '']));
  files.set(fileName, moduleName(fileName));
  const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1));
  const rows = sorted.map(([file, module]) => `import * as ${module} from './${file}';\n`);
  const list = sorted.map(([, module]) => `  ${module},\n`);
  return allMessages
    .replace(block, () => rows.join(''))
    .replace(MODULE_LIST, (_match, head: string, end: string) => head + list.join('') + end);
}

/** api-keys.ts with a row for the request's key. Throws when the key is there with another name or encoding. */
export function withApiKey(apiKeys: string, request: MessageDefinition, name: string): string {
  const firstFlexible = request.flexible === null ? 'NEVER' : String(request.flexible.min);
  for (const [, knownName, key, flexible] of apiKeys.matchAll(API_ROW)) {
    if (Number(key) !== request.apiKey && knownName !== name) continue;
    if (Number(key) === request.apiKey && knownName === name && flexible === firstFlexible) return apiKeys;
    throw new DefinitionError(
      `api-keys.ts has ${String(knownName)}: [${String(key)}, ${String(flexible)}], and this is ${name}: [${String(request.apiKey)}, ${firstFlexible}].`,
    );
  }
  const row = `  ${name}: [${String(request.apiKey)}, ${firstFlexible}],\n`;
  const after = [...apiKeys.matchAll(API_ROW)].find((match) => Number(match[2]) > request.apiKey);
  const position = after === undefined ? apiKeys.indexOf('} as const satisfies') : after.index;
  if (position < 0) throw new DefinitionError('api-keys.ts is not laid out as this script expects.');
  return apiKeys.slice(0, position) + row + apiKeys.slice(position);
}

/** broker/apis/NN-name.ts: compiles, refuses every request, and is not in the table until somebody puts it there. */
export function handlerStub(request: MessageDefinition, name: string): string {
  const file = messageFileName(request.apiKey, name);
  const { min, max } = request.versions;
  const constant = lowerFirst(name);
  return `/** ${name} ${String(min)}-${String(max)}: ${LEFT_OVER} what it does, in one line. */
import { ${constant}Request, ${constant}Response } from '../../protocol/messages/${file}';
import { defineApi, RefusedRequest } from './api-handler.ts';

export const ${constant} = defineApi({
  request: ${constant}Request,
  response: ${constant}Response,
  minVersion: ${String(min)},
  maxVersion: ${String(max)},
  handle(_request, _context, _services) {
    throw new RefusedRequest('${name} is not served yet');
  },
});
`;
}
