/**
 * What a field is when nobody says: the default of its declaration, else null where null is allowed, else the zero
 * of its type. Arrays and structs are made anew each time, so that no two messages share one.
 */
import { ZERO_UUID } from '../wire/uuid.ts';
import type { Field, Fields, ScalarType, Versions } from './notation.ts';

const EMPTY = Buffer.alloc(0);

const ZERO: Readonly<Record<ScalarType, unknown>> = {
  bool: false,
  int8: 0,
  int16: 0,
  uint16: 0,
  int32: 0,
  int64: 0n,
  float64: 0,
  string: '',
  uuid: ZERO_UUID,
  bytes: EMPTY,
  records: EMPTY,
};

export function covers(versions: Versions | null, version: number): boolean {
  return versions !== null && version >= versions.min && version <= versions.max;
}

/** Makes the default for messages of `version`; where that version has the field but no null, not null. */
export function defaultMaker(field: Field, version: number): () => unknown {
  const composite = field.type === 'array' || field.type === 'struct';
  if (field.defaultValue !== undefined && !composite) {
    const value = field.defaultValue;
    return () => value;
  }
  const present = covers(field.versions, version);
  if (
    field.defaultValue === undefined &&
    field.nullable !== null &&
    (!present || covers(field.nullable, version))
  )
    return () => null;
  if (field.type === 'array') return () => [];
  if (field.type === 'struct') {
    const fields = field.fields ?? {};
    return () => defaultStruct(fields, version);
  }
  const zero = ZERO[field.type];
  return () => zero;
}

function defaultStruct(fields: Fields, version: number): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) target[name] = defaultMaker(field, version)();
  return target;
}

/** Whether a tagged field may be left out: KIP-482 omits what equals the default. */
export function equalsDefault(field: Field, version: number, value: unknown): boolean {
  if (field.type === 'struct' && value !== null) {
    if (field.nullable !== null && field.defaultValue === undefined) return false;
    return structIsDefault(field.fields ?? {}, version, value as Record<string, unknown>);
  }
  const expected = defaultMaker(field, version)();
  if (field.type === 'array') {
    return Array.isArray(value) ? Array.isArray(expected) && value.length === 0 : value === expected;
  }
  if (value instanceof Uint8Array) return expected !== null && value.length === 0;
  return value === expected;
}

function structIsDefault(fields: Fields, version: number, value: Record<string, unknown>): boolean {
  for (const [name, field] of Object.entries(fields)) {
    const member = value[name];
    if (member !== undefined && covers(field.versions, version) && !equalsDefault(field, version, member))
      return false;
  }
  return true;
}
