/**
 * Our encoding against Apache Kafka's own serializer: every line of the jsonl files beside this test was written by
 * the version of Kafka that it names (`oracle`), from random values. Both directions must agree to the byte.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage, encodeMessageChunks } from '../schema/codec.ts';
import type { Field, Fields, MessageSchema } from '../schema/notation.ts';
import { covers, defaultMaker } from '../schema/field-defaults.ts';
import { parseExactJson } from './exact-json.ts';
import { loadSchemas } from './load-schemas.ts';

interface GoldenLine {
  readonly oracle: string;
  readonly name: string;
  readonly version: number;
  readonly json: unknown;
  readonly hex: string;
}

/** Kafka's JSON form of a struct as the value that decoding must give. It leaves out tagged fields at their default. */
function expectedStruct(fields: Fields, version: number, json: unknown): Record<string, unknown> {
  const source = json as Record<string, unknown>;
  const unknownNames = Object.keys(source).filter((name) => !(name in fields));
  if (unknownNames.length > 0) throw new Error(`the schema lacks ${unknownNames.join(', ')}`);
  const target: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = source[name];
    if (value === undefined && covers(field.versions, version) && field.tag === null) {
      throw new Error(`Kafka has no ${name} in version ${version}, the schema has`);
    }
    target[name] = value === undefined ? defaultMaker(field, version)() : expectedValue(field, version, value);
  }
  return target;
}

function expectedValue(field: Field, version: number, json: unknown): unknown {
  if (json === null) return null;
  if (field.type === 'struct') return expectedStruct(field.fields ?? {}, version, json);
  if (field.type === 'array') {
    const elements = json as unknown[];
    const element = field.element;
    return element === null
      ? elements.map((value) => expectedStruct(field.fields ?? {}, version, value))
      : elements.map((value) => expectedScalar(element, value));
  }
  return expectedScalar(field.type, json);
}

function expectedScalar(type: string, json: unknown): unknown {
  if (type === 'int64') return BigInt(json as number | bigint);
  if (type === 'bytes' || type === 'records') return Buffer.from(json as string, 'base64');
  return json;
}

const folder = new URL('./', import.meta.url);
const lines = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line) => parseExactJson(line) as GoldenLine);

const schemas = new Map<string, MessageSchema>((await loadSchemas()).map((schema) => [schema.name, schema]));

describe('encodings made by Apache Kafka', () => {
  test('there are lines for every request and response', () => {
    const named = new Set(lines.map((line) => line.name));
    const without = [...schemas.values()].filter((schema) => schema.kind !== 'record' && !named.has(schema.name));
    expect(without.map((schema) => schema.name)).toEqual([]);
    expect(lines.length).toBeGreaterThan(500);
  });

  const byName = new Map<string, GoldenLine[]>();
  for (const line of lines) byName.set(line.name, [...(byName.get(line.name) ?? []), line]);
  test.each([...byName.keys()])('%s', (name) => {
    const schema = schemas.get(name);
    if (schema === undefined) throw new Error(`no schema is called ${name}`);
    for (const line of byName.get(name) ?? []) {
      const bytes = Buffer.from(line.hex, 'hex');
      const decoded = decodeMessage(schema, line.version, bytes);
      expect(decoded).toEqual(expectedStruct(schema.fields, line.version, line.json));
      expect(encodeMessage(schema, line.version, decoded).toString('hex')).toBe(line.hex);
      expect(Buffer.concat(encodeMessageChunks(schema, line.version, decoded)).toString('hex')).toBe(line.hex);
    }
  });
});
