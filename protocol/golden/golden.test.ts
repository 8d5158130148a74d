/**
 * Our encoding against Apache Kafka's own serializer: every line of the jsonl files beside this test was written by
 * the version of Kafka that it names (`oracle`), from random values. Both directions must agree to the byte.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage, encodeMessageChunks } from '../schema/codec.ts';
import { parseExactJson, stringifyExactJson } from '../schema/exact-json.ts';
import { messageFromJson, messageToJson } from '../schema/json-form.ts';
import { allMessages } from '../messages/all-messages.ts';

interface GoldenLine {
  readonly oracle: string;
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

describe('encodings made by Apache Kafka', () => {
  test('there are lines for every request and response', () => {
    const named = new Set(lines.map((line) => line.name));
    const without = [...allMessages.values()].filter((schema) => schema.kind !== 'record' && !named.has(schema.name));
    expect(without.map((schema) => schema.name)).toEqual([]);
    expect(lines.length).toBeGreaterThan(500);
  });

  const byName = new Map<string, GoldenLine[]>();
  for (const line of lines) byName.set(line.name, [...(byName.get(line.name) ?? []), line]);
  test.each([...byName.keys()])('%s', (name) => {
    const schema = allMessages.get(name);
    if (schema === undefined) throw new Error(`no schema is called ${name}`);
    for (const line of byName.get(name) ?? []) {
      const bytes = Buffer.from(line.hex, 'hex');
      const decoded = decodeMessage(schema, line.version, bytes);
      expect(decoded).toEqual(messageFromJson(schema, line.version, line.json));
      for (const bytesForm of ['hex', 'base64'] as const) {
        const json = stringifyExactJson(messageToJson(schema, line.version, decoded, bytesForm));
        expect(messageFromJson(schema, line.version, parseExactJson(json))).toEqual(decoded);
      }
      expect(encodeMessage(schema, line.version, decoded).toString('hex')).toBe(line.hex);
      expect(Buffer.concat(encodeMessageChunks(schema, line.version, decoded)).toString('hex')).toBe(line.hex);
    }
  });
});
