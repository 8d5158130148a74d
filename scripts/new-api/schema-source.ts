/**
 * Writes a message definition of Kafka down in our notation (protocol/schema/notation.ts), as source text that
 * prettier then lays out: one line a field, structs opened, what is a default left out.
 *
 * A struct that Kafka declares as common and uses more than once becomes a constant, so that its fields stand once;
 * request and response share one where theirs are the same. Pure.
 */
import {
  DefinitionError,
  type DefinedField,
  type DefinedRange,
  type MessageDefinition,
} from './message-definition.ts';

export interface SchemaSource {
  /** Declarations in the order in which they have to stand. */
  readonly text: string;
  /** Names of the notation that the text needs, without `Decoded`. */
  readonly imports: ReadonlySet<string>;
}

interface Sink {
  readonly imports: Set<string>;
  /** Fields of a shared struct to the name of their constant. */
  readonly shared: Map<string, string>;
  /** Names of constants that the file has already, with whatever fields. */
  readonly taken: Set<string>;
  readonly declarations: string[];
}

/** The messages of one file, whose text so far is `current`. Throws DefinitionError for what the notation cannot say. */
export function schemaSource(definitions: readonly MessageDefinition[], current = ''): SchemaSource {
  const taken = new Set([...current.matchAll(/^const (\w+) =/gm)].map((match) => match[1] ?? ''));
  const sink: Sink = { imports: new Set(), shared: new Map(), taken, declarations: [] };
  for (const definition of definitions) {
    const uses = structUses(definition.fields, new Map());
    const isShared = (type: string): boolean =>
      definition.commonStructs.includes(type) && (uses.get(type) ?? 0) > 1;
    sink.imports.add(definition.kind);
    const fields = fieldsText(definition.fields, definition, isShared, sink);
    sink.declarations.push(messageText(definition, fields));
  }
  return { text: sink.declarations.join('\n\n'), imports: sink.imports };
}

/** `ShareFetchRequest` is `shareFetchRequest` as a constant; Kafka names fields in the same way. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function messageText({ kind, apiKey, name, versions, flexible }: MessageDefinition, fields: string): string {
  const flexibleText = flexible === null ? '' : `, flexible: ${rangeText(flexible)}`;
  return [
    `export const ${lowerFirst(name)} = ${kind}(${String(apiKey)}, '${name}', { versions: ${rangeText(versions)}${flexibleText} }, ${fields});`,
    `export type ${name} = Decoded<typeof ${lowerFirst(name)}>;`,
  ].join('\n');
}

function structUses(fields: readonly DefinedField[], counts: Map<string, number>): Map<string, number> {
  for (const field of fields) {
    if (field.fields === null) continue;
    counts.set(field.type, (counts.get(field.type) ?? 0) + 1);
    structUses(field.fields, counts);
  }
  return counts;
}

function fieldsText(
  fields: readonly DefinedField[],
  message: MessageDefinition,
  isShared: (type: string) => boolean,
  sink: Sink,
): string {
  if (fields.length === 0) return '{}';
  const lines = fields.map(
    (field) => `${lowerFirst(field.name)}: ${fieldText(field, message, isShared, sink)},`,
  );
  return `{\n${lines.join('\n')}\n}`;
}

function fieldText(
  field: DefinedField,
  message: MessageDefinition,
  isShared: (type: string) => boolean,
  sink: Sink,
): string {
  const parts = [rangeText(field.versions)];
  const builder = field.isArray ? 'array' : field.fields === null ? field.type : 'struct';
  sink.imports.add(builder);
  if (field.fields !== null) {
    const text = fieldsText(field.fields, message, isShared, sink);
    parts.push(isShared(field.type) ? sharedStruct(field.type, text, message.name, sink) : text);
  } else if (field.isArray) {
    parts.push(`'${field.type}'`);
  }
  const options = optionsText(field, message);
  if (options !== '') parts.push(`{ ${options} }`);
  return `${builder}(${parts.join(', ')})`;
}

/** The name of the constant that holds these fields, declared when they are new. */
function sharedStruct(type: string, text: string, message: string, sink: Sink): string {
  const known = sink.shared.get(text);
  if (known !== undefined) return known;
  const plain = `${lowerFirst(type)}Fields`;
  const name = sink.taken.has(plain) ? `${lowerFirst(message)}${type}Fields` : plain;
  if (sink.taken.has(name)) {
    throw new DefinitionError(`${type} stands for several different structs in one file.`);
  }
  sink.taken.add(name);
  sink.shared.set(text, name);
  sink.declarations.push(`const ${name} = ${text};`);
  return name;
}

function optionsText(field: DefinedField, message: MessageDefinition): string {
  const options: string[] = [];
  if (field.nullable !== null) {
    options.push(`nullable: ${spans(field.nullable, field, message) ? 'true' : rangeText(field.nullable)}`);
  }
  const defaultValue = defaultText(field, message);
  if (defaultValue !== null) options.push(`default: ${defaultValue}`);
  if (field.tag !== null && field.tagged !== null) {
    options.push(`tag: ${String(field.tag)}`);
    if (!spans(field.tagged, field, message)) options.push(`tagged: ${rangeText(field.tagged)}`);
  }
  return options.join(', ');
}

/** Whether the range has every version that has the field. */
function spans(range: DefinedRange, { versions }: DefinedField, message: MessageDefinition): boolean {
  const first = Math.max(versions.min, message.versions.min);
  const last = Math.min(versions.max, message.versions.max);
  return range.min <= first && range.max >= last;
}

/** null where the notation's own default is right: the zero of the type, and null for what may be null. */
function defaultText(field: DefinedField, message: MessageDefinition): string | null {
  const { defaultText: given, nullable, tag } = field;
  const where = `${message.name}.${field.name}`;
  if (given === null) {
    if (nullable === null) throw new DefinitionError(`${where} has null as its default and may not be null.`);
    return null;
  }
  if (field.isArray || field.fields !== null) {
    if (given !== undefined && given !== '') throw new DefinitionError(`${where}: this type has no default.`);
    // Tagged fields are left out when they have their default, so there it is part of the format.
    return nullable !== null && tag !== null ? "'empty'" : null;
  }
  if (field.type === 'string') {
    if (nullable !== null ? given === undefined && tag === null : (given ?? '') === '') return null;
    return `'${(given ?? '').replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  }
  if (given === undefined || given === '') return null;
  return scalarDefault(field.type, given, where);
}

function scalarDefault(type: string, given: string, where: string): string | null {
  if (type === 'bool') {
    if (given === 'true') return 'true';
    if (given === 'false') return null;
  } else if (type === 'float64') {
    if (Number.isFinite(Number(given))) return Number(given) === 0 ? null : String(Number(given));
  } else if (/^u?int\d+$/.test(type) && /^-?(\d+|0x[0-9a-f]+)$/i.test(given)) {
    const value = given.startsWith('-') ? -BigInt(given.slice(1)) : BigInt(given);
    if (value === 0n) return null;
    if (type !== 'int64' && /^0x/i.test(given)) return given.toLowerCase();
    return type === 'int64' ? `${value.toString()}n` : value.toString();
  }
  throw new DefinitionError(`${where}: "${given}" is no default for ${type}.`);
}

export function rangeText({ min, max }: DefinedRange): string {
  if (max === Number.POSITIVE_INFINITY) return `'${String(min)}+'`;
  return min === max ? `'${String(min)}'` : `'${String(min)}-${String(max)}'`;
}
