/**
 * Turns a schema and one version into a function that reads it. All decisions about versions are made here, once;
 * what remains per message is a walk over a list of readers. Objects get their fields in declared order whatever
 * the version, so that the engine sees one shape per struct.
 */
import { MAX_TAGGED_FIELDS } from '../wire/limits.ts';
import type { Reader } from '../wire/reader.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import type { ElementReading } from './element-memory.ts';
import { covers, defaultMaker } from './field-defaults.ts';
import type { Field, Fields, MessageSchema, ScalarType } from './notation.ts';

export type Read = (reader: Reader) => unknown;

export function compileDecode(schema: MessageSchema, version: number): Read {
  return readerOfStruct(schema.fields, version, covers(schema.flexible, version));
}

/**
 * Reads one message; stops after every element of its outermost lists and of the lists in these, so that a long one can be read
 * in slices. The list that `memory` is for is left empty: its elements are there.
 */
export type ReadInParts = (reader: Reader, memory: ElementReading | null) => Generator<undefined, unknown>;

/** How deep lists within lists are stopped in: the replicas of a log directory are in its topics. */
const PARTS_DEPTH = 2;

/** Like compileDecode, for messages of many megabytes. */
export function compileDecodeInParts(schema: MessageSchema, version: number): ReadInParts {
  return structInParts(schema.fields, version, covers(schema.flexible, version), PARTS_DEPTH);
}

function structInParts(fields: Fields, version: number, flexible: boolean, depth: number): ReadInParts {
  const steps: PartStep[] = [];
  const tagged = new Map<number, Step>();
  for (const [name, field] of Object.entries(fields)) {
    const present = covers(field.versions, version);
    const isPlain = present && !covers(field.tagged, version);
    const read = isPlain ? readerOfField(field, version, flexible, false) : defaultMaker(field, version);
    const isList = isPlain && field.type === 'array' && field.element === null && depth > 0;
    steps.push({ name, read, parts: isList ? listInParts(name, field, version, flexible, depth) : null });
    if (present && !isPlain && field.tag !== null) {
      tagged.set(field.tag, { name, read: readerOfField(field, version, flexible, true) });
    }
  }
  return function* (reader, memory) {
    const target: Record<string, unknown> = {};
    for (const { name, read, parts } of steps) {
      target[name] = parts === null ? read(reader) : yield* parts(reader, memory);
    }
    if (flexible) readTaggedFields(reader, tagged, target);
    return target;
  };
}

interface PartStep extends Step {
  readonly parts: ReadInParts | null;
}

function listInParts(
  name: string,
  field: Field,
  version: number,
  flexible: boolean,
  depth: number,
): ReadInParts {
  const nullable = covers(field.nullable, version);
  const readElement = readerOfStruct(field.fields ?? {}, version, flexible);
  const hasLists = Object.values(field.fields ?? {}).some(
    ({ type, element }) => type === 'array' && element === null,
  );
  const inParts =
    hasLists && depth > 1 ? structInParts(field.fields ?? {}, version, flexible, depth - 1) : null;
  const minElementBytes = Math.max(1, minBytesOfElement(field, version, flexible));
  return function* (reader, memory) {
    const count = reader.length(flexible);
    if (count === -1) return nullOr(nullable, reader);
    reader.claimElements(count, minElementBytes);
    if (memory?.list === name) {
      yield* memory.read(reader, version, count, readElement);
      return [];
    }
    const elements = new Array<unknown>(count);
    for (let index = 0; index < count; index++) {
      elements[index] = inParts === null ? readElement(reader) : yield* inParts(reader, null);
      yield;
    }
    return elements;
  };
}

interface Step {
  readonly name: string;
  readonly read: Read;
}

function readerOfStruct(fields: Fields, version: number, flexible: boolean): Read {
  const steps: Step[] = [];
  const tagged = new Map<number, Step>();
  for (const [name, field] of Object.entries(fields)) {
    const present = covers(field.versions, version);
    if (present && !covers(field.tagged, version)) {
      steps.push({ name, read: readerOfField(field, version, flexible, false) });
      continue;
    }
    steps.push({ name, read: defaultMaker(field, version) });
    if (present && field.tag !== null) {
      tagged.set(field.tag, { name, read: readerOfField(field, version, flexible, true) });
    }
  }
  return (reader) => {
    const target: Record<string, unknown> = {};
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index] as Step;
      target[step.name] = step.read(reader);
    }
    if (flexible) readTaggedFields(reader, tagged, target);
    return target;
  };
}

function readTaggedFields(
  reader: Reader,
  known: ReadonlyMap<number, Step>,
  target: Record<string, unknown>,
): void {
  const count = reader.uvarint();
  if (count === 0) return;
  if (count > MAX_TAGGED_FIELDS) {
    throw new ProtocolError(
      'length',
      `${count} tagged fields, at most ${MAX_TAGGED_FIELDS} are accepted`,
      reader.position,
    );
  }
  for (let index = 0; index < count; index++) {
    const tag = reader.uvarint();
    const size = reader.uvarint();
    const start = reader.take(size);
    const step = known.get(tag);
    if (step === undefined) continue;
    reader.position = start;
    target[step.name] = step.read(reader);
    if (reader.position !== start + size) {
      throw new ProtocolError('value', `tagged field ${tag} says ${size} bytes and has others`, start);
    }
  }
}

function readerOfField(field: Field, version: number, flexible: boolean, asTag: boolean): Read {
  const nullable = covers(field.nullable, version);
  if (field.type === 'array') return readerOfArray(field, version, flexible, nullable);
  if (field.type === 'struct') {
    const read = readerOfStruct(field.fields ?? {}, version, flexible);
    return nullable ? readerOfNullableStruct(read, asTag) : read;
  }
  return readerOfScalar(field.type, flexible, nullable);
}

/** A marker byte stands before a struct that may be null: -1 is null, and as a tagged field 0 is. */
function readerOfNullableStruct(read: Read, asTag: boolean): Read {
  const nullMarker = asTag ? 0 : -1;
  return (reader) => {
    const marker = reader.int8();
    if (marker === nullMarker) return null;
    if (marker !== 1)
      throw new ProtocolError('value', `marker ${marker} before a struct`, reader.position - 1);
    return read(reader);
  };
}

function readerOfArray(field: Field, version: number, flexible: boolean, nullable: boolean): Read {
  const readElement =
    field.element === null
      ? readerOfStruct(field.fields ?? {}, version, flexible)
      : readerOfScalar(field.element, flexible, false);
  const minElementBytes = Math.max(1, minBytesOfElement(field, version, flexible));
  return (reader) => {
    const count = reader.length(flexible);
    if (count === -1) return nullOr(nullable, reader);
    reader.claimElements(count, minElementBytes);
    if (field.element === 'int32') return reader.int32s(count);
    // Of the right size from the start: growing leaves room for more, which made Metadata take twice the memory.
    const elements = new Array<unknown>(count);
    for (let index = 0; index < count; index++) elements[index] = readElement(reader);
    return elements;
  };
}

function nullOr(nullable: boolean, reader: Reader): null {
  if (nullable) return null;
  throw new ProtocolError('value', 'null where this version has none', reader.position);
}

const readFixed: Partial<Record<ScalarType, Read>> = {
  bool: (reader) => reader.bool(),
  int8: (reader) => reader.int8(),
  int16: (reader) => reader.int16(),
  uint16: (reader) => reader.uint16(),
  int32: (reader) => reader.int32(),
  int64: (reader) => reader.int64(),
  float64: (reader) => reader.float64(),
  uuid: (reader) => reader.uuid(),
};

function readerOfScalar(type: ScalarType, flexible: boolean, nullable: boolean): Read {
  const fixed = readFixed[type];
  if (fixed !== undefined) return fixed;
  if (type === 'string') {
    return (reader) => {
      const length = reader.stringLength(flexible);
      return length === -1 ? nullOr(nullable, reader) : reader.utf8(length);
    };
  }
  return (reader) => {
    const length = reader.length(flexible);
    return length === -1 ? nullOr(nullable, reader) : reader.bytes(length);
  };
}

const FIXED_BYTES: Partial<Record<ScalarType, number>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  int64: 8,
  float64: 8,
  uuid: 16,
};

/** The fewest bytes one value can take; with it a count can be refused before its elements are read. */
function minBytes(type: Field['type'], flexible: boolean): number {
  if (type === 'struct') return 1;
  if (type === 'array') return flexible ? 1 : 4;
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) return fixed;
  if (flexible) return 1;
  return type === 'string' ? 2 : 4;
}

function minBytesOfElement(field: Field, version: number, flexible: boolean): number {
  return field.element === null
    ? minBytesOfStruct(field.fields ?? {}, version, flexible)
    : minBytes(field.element, flexible);
}

function minBytesOfStruct(fields: Fields, version: number, flexible: boolean): number {
  let sum = flexible ? 1 : 0;
  for (const field of Object.values(fields)) {
    if (!covers(field.versions, version) || covers(field.tagged, version)) continue;
    sum +=
      field.type === 'struct' && !covers(field.nullable, version)
        ? minBytesOfStruct(field.fields ?? {}, version, flexible)
        : minBytes(field.type, flexible);
  }
  return sum;
}
