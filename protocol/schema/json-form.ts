/**
 * The JSON form of a message, as Apache Kafka's generated JsonConverter classes define it: one member a field that
 * the version has, tagged fields only where they differ from their default, ids in base64url. Bytes are written in
 * hex, or in base64 where Kafka's own form is wanted. Reading understands both, hex first: some short base64 texts
 * are hex as well, so a caller that knows the form says it.
 *
 * It is strict in what it takes: a member that the version lacks, a value of another type or outside its range is a
 * ProtocolError that names the member. A member left out has its default.
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { covers, defaultMaker, equalsDefault } from './field-defaults.ts';
import type { Decoded, Field, Fields, MessageSchema, ScalarType } from './notation.ts';

export type BytesForm = 'hex' | 'base64';

export function messageToJson<S extends MessageSchema>(
  schema: S,
  version: number,
  value: Decoded<S>,
  bytesForm: BytesForm = 'hex',
): Record<string, unknown> {
  return structToJson(schema.fields, version, value, bytesForm);
}

/** Throws ProtocolError('value') that names the member. Without a form, bytes are what their text looks like. */
export function messageFromJson<S extends MessageSchema>(
  schema: S,
  version: number,
  json: unknown,
  bytesForm: BytesForm | 'either' = 'either',
): Decoded<S> {
  return structFromJson(schema.fields, { version, bytesForm }, json, '') as Decoded<S>;
}

interface JsonSource {
  readonly version: number;
  readonly bytesForm: BytesForm | 'either';
}

function structToJson(
  fields: Fields,
  version: number,
  value: Readonly<Record<string, unknown>>,
  bytesForm: BytesForm,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (!covers(field.versions, version)) continue;
    const member = value[name];
    if (covers(field.tagged, version) && equalsDefault(field, version, member)) continue;
    json[name] = valueToJson(field, version, member, bytesForm);
  }
  return json;
}

function valueToJson(field: Field, version: number, value: unknown, bytesForm: BytesForm): unknown {
  if (value === null) return null;
  if (field.type === 'struct') {
    return structToJson(field.fields ?? {}, version, value as Record<string, unknown>, bytesForm);
  }
  if (field.type !== 'array') return scalarToJson(value, bytesForm);
  const elements = value as unknown[];
  return field.element === null
    ? elements.map((element) =>
        structToJson(field.fields ?? {}, version, element as Record<string, unknown>, bytesForm),
      )
    : elements.map((element) => scalarToJson(element, bytesForm));
}

function scalarToJson(value: unknown, bytesForm: BytesForm): unknown {
  if (Buffer.isBuffer(value)) return value.toString(bytesForm);
  // JSON has no such numbers; Kafka writes their names.
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function structFromJson(
  fields: Fields,
  source: JsonSource,
  json: unknown,
  path: string,
): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong(path === '' ? 'the message' : path, 'has to be an object');
  }
  for (const name of Object.keys(json)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) throw wrong(path + name, 'is no field of this message');
    if (!covers(field.versions, source.version)) {
      throw wrong(path + name, `is not in version ${source.version}`);
    }
  }
  const target: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    target[name] = Object.hasOwn(json, name)
      ? valueFromJson(field, source, Reflect.get(json, name), path + name)
      : defaultMaker(field, source.version)();
  }
  return target;
}

function valueFromJson(field: Field, source: JsonSource, json: unknown, path: string): unknown {
  if (json === null) {
    if (covers(field.nullable, source.version)) return null;
    throw wrong(path, `must not be null in version ${source.version}`);
  }
  if (field.type === 'struct') return structFromJson(field.fields ?? {}, source, json, `${path}.`);
  if (field.type !== 'array') return scalarFromJson(field.type, source, json, path);
  if (!Array.isArray(json)) throw wrong(path, 'has to be an array');
  const element = field.element;
  return json.map((member: unknown, index) =>
    element === null
      ? structFromJson(field.fields ?? {}, source, member, `${path}[${index}].`)
      : scalarFromJson(element, source, member, `${path}[${index}]`),
  );
}

/** Inclusive bounds of the integer types. */
const BOUNDS: Readonly<Partial<Record<ScalarType, readonly [bigint, bigint]>>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

function scalarFromJson(type: ScalarType, { bytesForm }: JsonSource, json: unknown, path: string): unknown {
  const bounds = BOUNDS[type];
  if (bounds !== undefined) return integerFromJson(type, bounds, json, path);
  if (type === 'bool') {
    if (typeof json !== 'boolean') throw wrong(path, 'has to be true or false');
    return json;
  }
  if (type === 'float64') {
    if (typeof json === 'number' || typeof json === 'bigint') return Number(json);
    if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
    throw wrong(path, 'has to be a number');
  }
  if (typeof json !== 'string') throw wrong(path, 'has to be a string');
  return type === 'bytes' || type === 'records' ? bytesFromText(json, bytesForm, path) : json;
}

function integerFromJson(
  type: ScalarType,
  [lowest, highest]: readonly [bigint, bigint],
  json: unknown,
  path: string,
): number | bigint {
  const isInteger = typeof json === 'bigint' || (typeof json === 'number' && Number.isSafeInteger(json));
  if (!isInteger) throw wrong(path, 'has to be an integer');
  const exact = BigInt(json);
  if (exact < lowest || exact > highest) throw wrong(path, `is outside of ${type}`);
  return type === 'int64' ? exact : Number(exact);
}

function bytesFromText(text: string, form: JsonSource['bytesForm'], path: string): Buffer {
  if (form !== 'base64' && /^(?:[0-9a-f]{2})*$/i.test(text)) return Buffer.from(text, 'hex');
  if (form !== 'hex' && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return Buffer.from(text, 'base64');
  }
  throw wrong(path, `has to be bytes in ${form === 'either' ? 'hex or base64' : form}`);
}

function wrong(path: string, fault: string): ProtocolError {
  return new ProtocolError('value', `${path} ${fault}`);
}
