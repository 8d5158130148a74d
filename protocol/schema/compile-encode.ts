/**
 * Turns a schema and one version into a function that writes it: the mirror of compile-decode.ts. Fields that are
 * undefined are written as their default; fields that the version lacks are skipped. Loops count, because a first
 * message of thousands of partitions is written before the engine has compiled anything.
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { Writer } from '../wire/writer.ts';
import { covers, defaultMaker, equalsDefault } from './field-defaults.ts';
import type { Field, Fields, MessageSchema, ScalarType } from './notation.ts';

export type Write = (writer: Writer, value: unknown) => void;

export function compileEncode(schema: MessageSchema, version: number): Write {
  return writerOfStruct(schema.fields, version, covers(schema.flexible, version));
}

interface Step {
  readonly name: string;
  readonly write: Write;
  readonly makeDefault: () => unknown;
  readonly nullable: boolean;
}

interface TaggedStep extends Step {
  readonly tag: number;
  readonly isDefault: (value: unknown) => boolean;
}

function writerOfStruct(fields: Fields, version: number, flexible: boolean): Write {
  const steps: Step[] = [];
  const tagged: TaggedStep[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (!covers(field.versions, version)) continue;
    const makeDefault = defaultMaker(field, version);
    const nullable = covers(field.nullable, version);
    if (field.tag !== null && covers(field.tagged, version)) {
      const isDefault = (value: unknown): boolean => equalsDefault(field, version, value);
      tagged.push({
        name,
        makeDefault,
        nullable,
        tag: field.tag,
        isDefault,
        write: writerOfField(field, version, flexible, true),
      });
    } else {
      steps.push({ name, makeDefault, nullable, write: writerOfField(field, version, flexible, false) });
    }
  }
  tagged.sort((left, right) => left.tag - right.tag);
  return (writer, value) => {
    const source = value as Readonly<Record<string, unknown>>;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index] as Step;
      let member = source[step.name];
      if (member === undefined) member = step.makeDefault();
      if (member === null && !step.nullable) throw refusedNull(step.name, version);
      step.write(writer, member);
    }
    if (!flexible) return;
    if (tagged.length === 0) writer.uvarint(0);
    else writeTaggedFields(writer, tagged, source, version);
  };
}

function writeTaggedFields(
  writer: Writer,
  tagged: readonly TaggedStep[],
  source: Readonly<Record<string, unknown>>,
  version: number,
): void {
  let present: TaggedStep[] | null = null;
  for (let index = 0; index < tagged.length; index++) {
    const step = tagged[index] as TaggedStep;
    const value = source[step.name];
    if (value !== undefined && !step.isDefault(value)) (present ??= []).push(step);
  }
  writer.uvarint(present === null ? 0 : present.length);
  if (present === null) return;
  for (const step of present) {
    const value = source[step.name];
    if (value === null && !step.nullable) throw refusedNull(step.name, version);
    const payload = new Writer(64);
    step.write(payload, value);
    writer.uvarint(step.tag);
    writer.uvarint(payload.size);
    writer.append(payload);
  }
}

function writerOfField(field: Field, version: number, flexible: boolean, asTag: boolean): Write {
  if (field.type === 'struct') {
    return writerOfStructField(field, version, flexible, covers(field.nullable, version), asTag);
  }
  if (field.type === 'array') return writerOfArray(field, version, flexible);
  return writerOfScalar(field.type, flexible);
}

function refusedNull(name: string, version: number): ProtocolError {
  return new ProtocolError('value', `${name} is null, which version ${version} does not allow`);
}

function writerOfStructField(
  field: Field,
  version: number,
  flexible: boolean,
  nullable: boolean,
  asTag: boolean,
): Write {
  const write = writerOfStruct(field.fields ?? {}, version, flexible);
  if (!nullable) return write;
  return (writer, value) => {
    if (value === null) {
      writer.int8(asTag ? 0 : -1);
      return;
    }
    writer.int8(1);
    write(writer, value);
  };
}

function writerOfArray(field: Field, version: number, flexible: boolean): Write {
  const writeElement =
    field.element === null
      ? writerOfStruct(field.fields ?? {}, version, flexible)
      : writerOfScalar(field.element, flexible);
  return (writer, value) => {
    if (value === null) {
      writer.length(-1, flexible);
      return;
    }
    const elements = value as readonly unknown[];
    writer.length(elements.length, flexible);
    if (field.element === 'int32') {
      writer.int32s(elements as readonly number[]);
      return;
    }
    for (let index = 0; index < elements.length; index++) writeElement(writer, elements[index]);
  };
}

function writerOfScalar(type: ScalarType, flexible: boolean): Write {
  switch (type) {
    case 'bool':
      return (writer, value) => writer.bool(value as boolean);
    case 'int8':
      return (writer, value) => writer.int8(value as number);
    case 'int16':
      return (writer, value) => writer.int16(value as number);
    case 'uint16':
      return (writer, value) => writer.uint16(value as number);
    case 'int32':
      return (writer, value) => writer.int32(value as number);
    case 'int64':
      return (writer, value) => writer.int64(value as bigint);
    case 'float64':
      return (writer, value) => writer.float64(value as number);
    case 'uuid':
      return (writer, value) => writer.uuid(value as string);
    case 'string':
      return (writer, value) => writer.string(value as string | null, flexible);
    case 'bytes':
    case 'records':
      return (writer, value) =>
        writeBytes(writer, value as Uint8Array | readonly Uint8Array[] | null, flexible);
  }
}

function writeBytes(
  writer: Writer,
  value: Uint8Array | readonly Uint8Array[] | null,
  flexible: boolean,
): void {
  if (value === null) {
    writer.length(-1, flexible);
  } else if (value instanceof Uint8Array) {
    writer.length(value.length, flexible);
    writer.raw(value);
  } else {
    let total = 0;
    for (const piece of value) total += piece.length;
    writer.length(total, flexible);
    for (const piece of value) writer.raw(piece);
  }
}
