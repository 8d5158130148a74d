/**
 * Random values of any schema and version, for round trips and for frames to damage. A field that the version lacks
 * gets its default, because that is what decoding will give.
 */
import fc from 'fast-check';
import { covers, defaultMaker } from '../schema/field-defaults.ts';
import type { Field, Fields, MessageSchema, ScalarType } from '../schema/notation.ts';

const bytesArbitrary = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const uuidArbitrary = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));

const SCALARS: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  int32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float64: fc.double({ noNaN: true }),
  string: fc.string({ unit: 'grapheme', maxLength: 20 }),
  uuid: uuidArbitrary,
  bytes: bytesArbitrary,
  records: bytesArbitrary,
};

export function arbitraryMessage(
  schema: MessageSchema,
  version: number,
): fc.Arbitrary<Record<string, unknown>> {
  return arbitraryStruct(schema.fields, version);
}

function arbitraryStruct(fields: Fields, version: number): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(fields).map(
    ([name, field]) => [name, arbitraryField(field, version)] as const,
  );
  return fc.record(Object.fromEntries(members), { noNullPrototype: true });
}

function arbitraryField(field: Field, version: number): fc.Arbitrary<unknown> {
  if (!covers(field.versions, version)) return fc.constant(null).map(defaultMaker(field, version));
  const value = arbitraryValue(field, version);
  return covers(field.nullable, version) ? fc.option(value, { freq: 4 }) : value;
}

function arbitraryValue(field: Field, version: number): fc.Arbitrary<unknown> {
  if (field.type === 'struct') return arbitraryStruct(field.fields ?? {}, version);
  if (field.type !== 'array') return SCALARS[field.type];
  const element =
    field.element === null ? arbitraryStruct(field.fields ?? {}, version) : SCALARS[field.element];
  return fc.array(element, { maxLength: 3 });
}

/** Every version of a schema, lowest first. */
export function versionsOf(schema: MessageSchema): number[] {
  const { min, max } = schema.versions;
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}
