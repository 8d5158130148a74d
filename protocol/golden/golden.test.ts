/**
 * Our encoding against Apache Kafka's own serializer: every line of the jsonl files beside this test was written by
 * the version of Kafka that it names (`oracle`), from random values. Both directions must agree to the byte.
 *
 * expected-counts.json says how many lines each message has, so that none gets lost unseen.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage, encodeMessageChunks } from '../schema/codec.ts';
import { parseExactJson, stringifyExactJson } from '../schema/exact-json.ts';
import { messageFromJson, messageToJson } from '../schema/json-form.ts';
import { versionsOf } from '../testing/arbitrary-message.ts';
import { allMessages } from '../messages/all-messages.ts';

interface GoldenLine {
  readonly oracle: string;
  readonly type: string;
  readonly apiKey: number | null;
  readonly name: string;
  readonly version: number;
  readonly json: unknown;
  readonly hex: string;
}

const folder = new URL('./', import.meta.url);
const lines = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line) => parseExactJson(line) as GoldenLine);
const byName = new Map<string, GoldenLine[]>();
for (const line of lines) byName.set(line.name, [...(byName.get(line.name) ?? []), line]);

describe('encodings made by Apache Kafka', () => {
  test('every message has its lines, none is lost', () => {
    const expected = JSON.parse(readFileSync(new URL('expected-counts.json', folder), 'utf8')) as object;
    const names = [...allMessages.keys()].sort();
    const counted = Object.fromEntries(names.map((name) => [name, byName.get(name)?.length ?? 0]));
    expect(counted).toEqual(expected);
  });

  test('every version of every message has at least one', () => {
    const without = [...allMessages].flatMap(([name, schema]) => {
      const versions = new Set(byName.get(name)?.map((line) => line.version));
      return versionsOf(schema).flatMap((version) => (versions.has(version) ? [] : [`${name} ${version}`]));
    });
    expect(without).toEqual([]);
  });

  test.each([...byName.keys()])('%s', (name) => {
    const schema = allMessages.get(name);
    if (schema === undefined) throw new Error(`no schema is called ${name}`);
    for (const line of byName.get(name) ?? []) {
      expect([line.type, line.apiKey ?? -1]).toEqual([schema.kind, schema.apiKey]);
      const bytes = Buffer.from(line.hex, 'hex');
      const decoded = decodeMessage(schema, line.version, bytes);
      expect(decoded).toEqual(messageFromJson(schema, line.version, line.json, 'base64'));
      for (const bytesForm of ['hex', 'base64'] as const) {
        const json = stringifyExactJson(messageToJson(schema, line.version, decoded, bytesForm));
        expect(messageFromJson(schema, line.version, parseExactJson(json), bytesForm)).toEqual(decoded);
      }
      expect(encodeMessage(schema, line.version, decoded).toString('hex')).toBe(line.hex);
      expect(Buffer.concat(encodeMessageChunks(schema, line.version, decoded)).toString('hex')).toBe(line.hex);
    }
  });
});
