/**
 * The scaffolder against a copy of the tables in a temporary directory: what it writes has to be what a person wrote
 * for the same message, has to compile against the real notation and the real handler type, and has to work.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeMessage } from '../../protocol/schema/codec.ts';
import type { MessageSchema } from '../../protocol/schema/notation.ts';
import { newApi } from '../new-api.ts';
import { LEFT_OVER } from './message-file.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
let root = '';

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'aquila-new-api-'));
  mkdirSync(path.join(root, 'protocol/messages'), { recursive: true });
  mkdirSync(path.join(root, 'broker/apis'), { recursive: true });
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  symlinkSync(path.join(repository, 'protocol/schema'), path.join(root, 'protocol/schema'));
  for (const name of ['api-handler.ts', 'table.ts']) {
    symlinkSync(path.join(repository, 'broker/apis', name), path.join(root, 'broker/apis', name));
  }
  for (const file of ['protocol/messages/all-messages.ts', 'protocol/api-keys.ts']) {
    writeFileSync(path.join(root, file), readFileSync(path.join(repository, file)));
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function given(name: string, definition: object | string): string {
  const file = path.join(root, `${name}.json`);
  writeFileSync(file, typeof definition === 'string' ? definition : JSON.stringify(definition));
  return file;
}

const written = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const existing = (file: string): string => readFileSync(path.join(repository, file), 'utf8');
const withoutComment = (source: string): string => source.slice(source.indexOf(' */\n'));

/** Complaints of the compiler, with the settings of the repository. */
function compilerComplaints(...files: string[]): string[] {
  const settings = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(repository, 'tsconfig.json'), (name) => readFileSync(name, 'utf8')).config,
    ts.sys,
    repository,
  ).options;
  const program = ts.createProgram(
    files.map((file) => path.join(root, file)),
    {
      ...settings,
      incremental: false,
      plugins: [],
      typeRoots: [path.join(repository, 'node_modules/@types')],
      types: ['node'],
    },
  );
  return files.flatMap((file) => {
    const source = program.getSourceFile(path.join(root, file));
    return [...program.getSemanticDiagnostics(source), ...program.getSyntacticDiagnostics(source)].map(
      ({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

const definitionOf = (type: 'request' | 'response', apiKey: number, name: string, rest: object): object => ({
  apiKey,
  type,
  name: `${name}${type === 'request' ? 'Request' : 'Response'}`,
  ...rest,
});

/** Everything that a definition can say, under a key that Kafka has not given out. */
const sampleRequest = `{
  "apiKey": 900, // far above the last
  "type": "request",
  "listeners": ["broker"],
  "name": "SampleKRaftThingRequest",
  // 2 is compact
  "validVersions": "0-3",
  "flexibleVersions": "2+",
  "fields": [
    { "name": "Url", "type": "string", "versions": "0+", "default": "https://example.org/it's", "about": "A // in a string." },
    { "name": "Owner", "type": "string", "versions": "1+", "nullableVersions": "2+", "default": "null" },
    { "name": "Limit", "type": "int32", "versions": "0-2", "default": "0x7fffffff" },
    { "name": "Since", "type": "int64", "versions": "0+", "default": -1 },
    { "name": "Enabled", "type": "bool", "versions": "3+", "default": "true" },
    { "name": "Ratio", "type": "float64", "versions": "3", "default": "0.0" },
    { "name": "Lead", "type": "Node", "versions": "0+" },
    { "name": "Follow", "type": "[]Node", "versions": "0+", "nullableVersions": "0+" },
    { "name": "Ids", "type": "[]uuid", "taggedVersions": "2+", "tag": 1, "nullableVersions": "2+", "default": null },
    { "name": "Epoch", "type": "int32", "versions": "0+", "taggedVersions": "3+", "tag": 0, "ignorable": true }
  ],
  "commonStructs": [
    { "name": "Node", "versions": "0+", "fields": [{ "name": "NodeId", "type": "int32", "versions": "0+" }] }
  ]
}`;
const sampleResponse = definitionOf('response', 900, 'SampleKRaftThing', {
  validVersions: '0-3',
  flexibleVersions: '2+',
  fields: [{ name: 'ThrottleTimeMs', type: 'int32', versions: '0+' }],
});

describe('a key', () => {
  test('is what a person wrote for the same message, and is listed', async () => {
    const range = { validVersions: '0-4', flexibleVersions: '4+' };
    const field = (name: string, type: string, versions: string, rest: object = {}): object => ({
      name,
      type,
      versions,
      ...rest,
    });
    const files = [
      given(
        'request',
        definitionOf('request', 12, 'Heartbeat', {
          ...range,
          fields: [
            field('GroupId', 'string', '0+'),
            field('GenerationId', 'int32', '0+'),
            field('MemberId', 'string', '0+'),
            field('GroupInstanceId', 'string', '3+', { nullableVersions: '3+', default: 'null' }),
          ],
        }),
      ),
      given(
        'response',
        definitionOf('response', 12, 'Heartbeat', {
          ...range,
          fields: [field('ThrottleTimeMs', 'int32', '1+'), field('ErrorCode', 'int16', '0+')],
        }),
      ),
    ];
    await newApi({ root, definitionFiles: files, into: null, serve: false });
    const name = 'protocol/messages/12-heartbeat.ts';
    expect(withoutComment(written(name))).toBe(withoutComment(existing(name)));
    expect(written('protocol/messages/all-messages.ts')).toBe(existing('protocol/messages/all-messages.ts'));
    expect(written('protocol/api-keys.ts')).toBe(existing('protocol/api-keys.ts'));
  });

  test('with everything a definition can say compiles, with its handler, and encodes', async () => {
    const files = [given('request', sampleRequest), given('response', sampleResponse)];
    const lines = await newApi({ root, definitionFiles: files, into: null, serve: true });
    const message = 'protocol/messages/900-sample-kraft-thing.ts';
    const handler = 'broker/apis/900-sample-kraft-thing.ts';
    expect(lines.slice(0, 4)).toEqual([
      `wrote ${message}`,
      'wrote protocol/messages/all-messages.ts',
      'wrote protocol/api-keys.ts',
      `wrote ${handler}`,
    ]);
    expect(lines.join('\n')).toContain('broker/apis/table.ts');
    expect(compilerComplaints(message, handler)).toEqual([]);
    expect(written(message).replace(LEFT_OVER, '...')).toMatchInlineSnapshot(`
      "/**
       * SampleKRaftThing: ... what it is for, and what each version added (with its KIP).
       *
       * SampleKRaftThingRequest: 1 adds owner; 2 the compact encoding, adds ids; 3 drops limit, adds enabled, adds ratio.
       * SampleKRaftThingResponse: 2 the compact encoding.
       */
      import {
        array,
        bool,
        float64,
        int32,
        int64,
        request,
        response,
        string,
        struct,
        type Decoded,
      } from '../schema/notation.ts';

      const nodeFields = {
        nodeId: int32('0+'),
      };

      export const sampleKRaftThingRequest = request(
        900,
        'SampleKRaftThingRequest',
        { versions: '0-3', flexible: '2+' },
        {
          url: string('0+', { default: "https://example.org/it's" }),
          owner: string('1+', { nullable: '2+' }),
          limit: int32('0-2', { default: 0x7fffffff }),
          since: int64('0+', { default: -1n }),
          enabled: bool('3+', { default: true }),
          ratio: float64('3'),
          lead: struct('0+', nodeFields),
          follow: array('0+', nodeFields, { nullable: true }),
          ids: array('2+', 'uuid', { nullable: true, default: 'empty', tag: 1 }),
          epoch: int32('0+', { tag: 0, tagged: '3+' }),
        },
      );
      export type SampleKRaftThingRequest = Decoded<typeof sampleKRaftThingRequest>;

      export const sampleKRaftThingResponse = response(
        900,
        'SampleKRaftThingResponse',
        { versions: '0-3', flexible: '2+' },
        {
          throttleTimeMs: int32('0+'),
        },
      );
      export type SampleKRaftThingResponse = Decoded<typeof sampleKRaftThingResponse>;
      "
    `);
    expect(written('protocol/api-keys.ts')).toContain('  SampleKRaftThing: [900, 2],\n}');
    const module = (await import(pathToFileURL(path.join(root, message)).href)) as Record<
      string,
      MessageSchema
    >;
    const schema = module['sampleKRaftThingRequest'];
    if (schema === undefined) throw new Error('nothing is exported under the expected name');
    expect(encodeMessage(schema, 3, { url: '', lead: { nodeId: 1 }, epoch: 7 }).toString('hex')).toBe(
      ['01', '00', 'ff'.repeat(8), '01', '00'.repeat(8), '0000000100', '00', '01000400000007'].join(''),
    );
  });
});

describe('records', () => {
  const record = (name: string, apiKey: number | undefined, fields: object[], rest: object = {}): object => ({
    ...(apiKey === undefined ? { type: 'data' } : { apiKey, type: 'coordinator-value' }),
    name,
    validVersions: '0-1',
    flexibleVersions: '1+',
    fields,
    ...rest,
  });
  const text = { name: 'Text', type: 'string', versions: '0+' };

  test('make a file, and are added to one that exists', async () => {
    const first = given('first', record('FirstValue', 5, [text]));
    const second = given(
      'second',
      record('SecondData', undefined, [{ ...text, type: '[]int8', nullableVersions: '1+' }]),
    );
    await newApi({ root, definitionFiles: [first], into: 'records-sample.ts', serve: false });
    const file = 'protocol/messages/records-sample.ts';
    const comment = '/**\n * What a person wrote.\n */\n';
    writeFileSync(path.join(root, file), comment + withoutComment(written(file)).slice(' */\n'.length));
    await newApi({ root, definitionFiles: [second], into: 'records-sample.ts', serve: false });
    expect(written(file)).toMatchInlineSnapshot(`
      "/**
       * What a person wrote.
       */
      import { array, record, string, type Decoded } from '../schema/notation.ts';

      export const firstValue = record(
        5,
        'FirstValue',
        { versions: '0-1', flexible: '1+' },
        {
          text: string('0+'),
        },
      );
      export type FirstValue = Decoded<typeof firstValue>;

      export const secondData = record(
        -1,
        'SecondData',
        { versions: '0-1', flexible: '1+' },
        {
          text: array('0+', 'int8', { nullable: '1+' }),
        },
      );
      export type SecondData = Decoded<typeof secondData>;
      "
    `);
    expect(compilerComplaints(file)).toEqual([]);
    expect(written('protocol/messages/all-messages.ts')).toContain(
      "import * as recordsSample from './records-sample.ts';\n",
    );
    const again = newApi({ root, definitionFiles: [second], into: 'records-sample.ts', serve: false });
    await expect(again).rejects.toThrow('has SecondData already');
  });
});

test('a shared struct gets a longer name where the short one is taken', async () => {
  const twice = (name: string, apiKey: number, member: string): object => ({
    apiKey,
    type: 'metadata',
    name,
    validVersions: '0',
    flexibleVersions: '0+',
    fields: ['Left', 'Right'].map((field) => ({ name: field, type: 'Side', versions: '0+' })),
    commonStructs: [
      { name: 'Side', versions: '0+', fields: [{ name: member, type: 'int8', versions: '0+' }] },
    ],
  });
  for (const [index, name] of ['FirstRecord', 'SecondRecord'].entries()) {
    const definitionFiles = [given(name, twice(name, index, `Member${String(index)}`))];
    await newApi({ root, definitionFiles, into: 'records-sides.ts', serve: false });
  }
  const source = written('protocol/messages/records-sides.ts');
  expect([...source.matchAll(/^const (\w+) =/gm)].map((match) => match[1])).toEqual([
    'sideFields',
    'secondRecordSideFields',
  ]);
  expect(source).toContain("left: struct('0+', secondRecordSideFields)");
});

describe('input that is not right', () => {
  const response = (rest: object): object => definitionOf('response', 901, 'Odd', rest);
  const good = { validVersions: '0', flexibleVersions: '0+', fields: [] };
  const withField = (field: object, rest: object = {}): object => ({ ...good, ...rest, fields: [field] });
  const cases: readonly (readonly [string, object | string, string])[] = [
    ['no JSON', '{ "type": ', 'this is no JSON with // comments'],
    [
      'a type that is no message',
      { ...good, type: 'header', name: 'OddRequest' },
      'type "header" is none of',
    ],
    ['no key', { ...good, type: 'request', name: 'OddRequest' }, 'apiKey has to be a number'],
    ['a message that was removed', { validVersions: 'none' }, 'no valid version any more'],
    ['an open end', { validVersions: '0+' }, 'has to end'],
    ['another key than the response', { ...good, apiKey: 902 }, 'has key 902'],
    ['other versions than the response', { ...good, validVersions: '0-1' }, 'different validVersions'],
    ['a field without a name', withField({ type: 'int8' }), 'a field of OddRequest has no "name"'],
    [
      'an unknown type',
      withField({ name: 'X', type: 'varint', versions: '0+' }),
      'OddRequest.X has type "varint"',
    ],
    ['no versions', withField({ name: 'X', type: 'int8' }), 'OddRequest.X needs "versions"'],
    ['a union of ranges', withField({ name: 'X', type: 'int8', versions: '0,2+' }), 'versions has to be'],
    [
      'a struct without fields',
      withField({ name: 'X', type: 'Point', versions: '0+' }),
      'nor commonStructs has its fields',
    ],
    [
      'a number that may be null',
      withField({ name: 'X', type: 'int8', versions: '0+', nullableVersions: '0+' }),
      'cannot be null',
    ],
    [
      'a tag without versions',
      withField({ name: 'X', type: 'int8', versions: '0+', tag: 0 }),
      'needs both "tag"',
    ],
    [
      'a tag before the compact encoding',
      withField(
        { name: 'X', type: 'int8', versions: '0+', tag: 0, taggedVersions: '0+' },
        { flexibleVersions: '1+' },
      ),
      'not flexible',
    ],
    [
      'an encoding of its own',
      withField({ name: 'X', type: 'int8', versions: '0+', flexibleVersions: 'none' }),
      'of its own',
    ],
    [
      'a default that does not fit',
      withField({ name: 'X', type: 'int8', versions: '0+', default: 'many' }),
      '"many" is no default for int8',
    ],
    [
      'null as the default of what is never null',
      withField({ name: 'X', type: 'string', versions: '0+', default: 'null' }),
      'may not be null',
    ],
    [
      'a struct in itself',
      withField(
        { name: 'X', type: 'Tree', versions: '0+' },
        {
          commonStructs: [
            { name: 'Tree', versions: '0+', fields: [{ name: 'Below', type: '[]Tree', versions: '0+' }] },
          ],
        },
      ),
      'Tree contains itself',
    ],
    [
      'two fields of one name',
      { ...good, fields: [1, 2].map(() => ({ name: 'X', type: 'int8', versions: '0+' })) },
      'two fields called X',
    ],
  ];
  test.each(cases)('%s', async (_what, request, complaint) => {
    const definition =
      typeof request === 'string' || 'type' in request
        ? request
        : definitionOf('request', 901, 'Odd', request);
    const definitionFiles = [given('request', definition), given('response', response(good))];
    await expect(newApi({ root, definitionFiles, into: null, serve: true })).rejects.toThrow(complaint);
    expect(readdirSync(path.join(root, 'protocol/messages'))).toEqual(['all-messages.ts']);
  });

  test('a file that is not there, one file alone, a record as a key, a key as a record', async () => {
    const request = given('request', definitionOf('request', 901, 'Odd', good));
    const attempt = (
      definitionFiles: string[],
      into: string | null = null,
      serve = false,
    ): Promise<unknown> => newApi({ root, definitionFiles, into, serve });
    await expect(attempt([path.join(root, 'none.json')])).rejects.toThrow('cannot be read (ENOENT)');
    await expect(attempt([request])).rejects.toThrow('one request and its response');
    await expect(attempt([request], 'records-odd.ts')).rejects.toThrow('OddRequest is a request');
    await expect(attempt([request], 'odd.ts')).rejects.toThrow('grouped by subject');
    await expect(attempt([], 'records-odd.ts')).rejects.toThrow('at least one record');
    await expect(attempt([request], 'records-odd.ts', true)).rejects.toThrow('--serve is for requests');
  });

  test('what exists is not overwritten, and a key that another API has is refused', async () => {
    const files = [given('request', sampleRequest), given('response', sampleResponse)];
    await newApi({ root, definitionFiles: files, into: null, serve: false });
    const again = newApi({ root, definitionFiles: files, into: null, serve: false });
    await expect(again).rejects.toThrow('900-sample-kraft-thing.ts exists already');
    const taken = ['request', 'response'].map((type) =>
      given(type, definitionOf(type as 'request', 900, 'Other', good)),
    );
    const second = newApi({ root, definitionFiles: taken, into: null, serve: false });
    await expect(second).rejects.toThrow('api-keys.ts has SampleKRaftThing: [900, 2]');
  });
});
