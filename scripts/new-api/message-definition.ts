/**
 * Reads Apache Kafka's own message definitions: the files of `clients/src/main/resources/common/message` and of the
 * coordinators' and the metadata module's `common` folders (JSON with line comments; their rules stand in that
 * folder's README and in KIP-482).
 *
 * What comes out is checked: every version is a range, every type is known, every struct has fields. What our
 * notation cannot say (a field with its own encoding, a union of version ranges) is refused here, by name. Pure.
 */

/** What is wrong with the input, for the person who gave it: one sentence that names the file and the field. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

export interface DefinedRange {
  readonly min: number;
  /** Inclusive; Infinity for an open range. */
  readonly max: number;
}

export interface DefinedField {
  /** As Kafka writes it, with a capital first letter. */
  readonly name: string;
  /** Kafka's name of the scalar type or of the struct, without the `[]`. */
  readonly type: string;
  readonly isArray: boolean;
  readonly versions: DefinedRange;
  readonly nullable: DefinedRange | null;
  readonly tag: number | null;
  readonly tagged: DefinedRange | null;
  /** null is the word "null", undefined means that none is given; numbers and booleans as text. */
  readonly defaultText: string | null | undefined;
  /** Members of a struct; null for scalars. */
  readonly fields: readonly DefinedField[] | null;
}

export interface MessageDefinition {
  readonly kind: 'request' | 'response' | 'record';
  /** -1 for data that has none. */
  readonly apiKey: number;
  readonly name: string;
  readonly versions: DefinedRange;
  readonly flexible: DefinedRange | null;
  readonly fields: readonly DefinedField[];
  /** Names of the structs that the file declares as common. */
  readonly commonStructs: readonly string[];
}

const KINDS: Readonly<Record<string, MessageDefinition['kind']>> = {
  request: 'request',
  response: 'response',
  data: 'record',
  metadata: 'record',
  'coordinator-key': 'record',
  'coordinator-value': 'record',
};

export const SCALAR_TYPES: readonly string[] = [
  'bool',
  'int8',
  'int16',
  'uint16',
  'int32',
  'int64',
  'float64',
  'string',
  'uuid',
  'bytes',
  'records',
];
const NULLABLE_SCALARS = ['string', 'bytes', 'records'];

type Members = Readonly<Record<string, unknown>>;

interface Context {
  readonly file: string;
  readonly flexible: DefinedRange | null;
  readonly common: ReadonlyMap<string, Members>;
}

/** `file` is for messages only. Throws DefinitionError. */
export function parseDefinition(text: string, file: string): MessageDefinition {
  const json = membersOf(parseCommentedJson(text, file), file);
  const type = textOf(json, 'type', file);
  const kind = KINDS[type];
  if (kind === undefined) {
    throw new DefinitionError(`${file}: type "${type}" is none of ${Object.keys(KINDS).join(', ')}.`);
  }
  const name = textOf(json, 'name', file);
  const versions = rangeOf(json, 'validVersions', file);
  if (versions === null) {
    throw new DefinitionError(
      `${file}: ${name} has no valid version any more, so there is nothing to write.`,
    );
  }
  if (versions.max === Number.POSITIVE_INFINITY) {
    throw new DefinitionError(`${file}: validVersions of a message has to end, "0-3" and not "0+".`);
  }
  const flexible = rangeOf(json, 'flexibleVersions', file);
  const common = new Map(
    listOf(json, 'commonStructs', file).map((struct) => [textOf(struct, 'name', file), struct] as const),
  );
  return {
    kind,
    apiKey: apiKeyOf(json, kind, file),
    name,
    versions,
    flexible,
    fields: fieldsOf(json, { file, flexible, common }, name, []),
    commonStructs: [...common.keys()],
  };
}

/** JSON whose lines may end in a `//` comment. */
function parseCommentedJson(text: string, file: string): unknown {
  const bare = text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*/g, (_match, quoted?: string) => quoted ?? '');
  try {
    return JSON.parse(bare) as unknown;
  } catch (error) {
    throw new DefinitionError(`${file}: this is no JSON with // comments (${(error as Error).message}).`, {
      cause: error,
    });
  }
}

function apiKeyOf(json: Members, kind: MessageDefinition['kind'], file: string): number {
  const apiKey = json['apiKey'];
  if (apiKey === undefined && kind === 'record') return -1;
  if (typeof apiKey !== 'number' || !Number.isInteger(apiKey) || apiKey < 0 || apiKey > 0x7fff) {
    throw new DefinitionError(`${file}: apiKey has to be a number from 0 to 32767.`);
  }
  return apiKey;
}

function fieldsOf(
  json: Members,
  context: Context,
  path: string,
  outer: readonly string[],
): readonly DefinedField[] {
  const fields = listOf(json, 'fields', context.file).map((field) => fieldOf(field, context, path, outer));
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) throw new DefinitionError(`${context.file}: ${path} has two fields called ${name}.`);
    names.add(name);
  }
  return fields;
}

function fieldOf(json: Members, context: Context, path: string, outer: readonly string[]): DefinedField {
  const { file, flexible } = context;
  const name = textOf(json, 'name', file, path);
  const here = `${path}.${name}`;
  const fullType = textOf(json, 'type', file, here);
  const isArray = fullType.startsWith('[]');
  const type = isArray ? fullType.slice(2) : fullType;
  const isScalar = SCALAR_TYPES.includes(type);
  if (!isScalar && !/^[A-Z]\w*$/.test(type)) {
    throw new DefinitionError(
      `${file}: ${here} has type "${fullType}"; known are ${SCALAR_TYPES.join(', ')}, structs (with a capital) and arrays of these.`,
    );
  }
  if (json['flexibleVersions'] !== undefined) {
    throw new DefinitionError(
      `${file}: ${here} has flexibleVersions of its own, which our notation does not have.`,
    );
  }
  const tagged = rangeOf(json, 'taggedVersions', file, here);
  // Kafka's generator does the same: a field with no versions of its own exists where it is tagged.
  const versions = json['versions'] === undefined ? tagged : rangeOf(json, 'versions', file, here);
  if (versions === null) throw new DefinitionError(`${file}: ${here} needs "versions", as in "0+".`);
  return {
    name,
    type,
    isArray,
    versions,
    nullable: nullableOf(json, file, here, isArray || !isScalar || NULLABLE_SCALARS.includes(type)),
    tag: tagOf(json, tagged, flexible, file, here),
    tagged,
    defaultText: defaultOf(json, file, here),
    fields: isScalar ? null : structFields(json, type, context, here, outer),
  };
}

function structFields(
  json: Members,
  type: string,
  context: Context,
  path: string,
  outer: readonly string[],
): readonly DefinedField[] {
  if (outer.includes(type)) throw new DefinitionError(`${context.file}: ${path}: ${type} contains itself.`);
  const source = json['fields'] === undefined ? context.common.get(type) : json;
  if (source === undefined) {
    throw new DefinitionError(
      `${context.file}: ${path} is a ${type}, and neither it nor commonStructs has its fields.`,
    );
  }
  return fieldsOf(source, context, path, [...outer, type]);
}

function nullableOf(json: Members, file: string, path: string, canBeNull: boolean): DefinedRange | null {
  const nullable = rangeOf(json, 'nullableVersions', file, path);
  if (nullable !== null && !canBeNull) {
    throw new DefinitionError(`${file}: ${path} is ${String(json['type'])}, which cannot be null.`);
  }
  return nullable;
}

function tagOf(
  json: Members,
  tagged: DefinedRange | null,
  flexible: DefinedRange | null,
  file: string,
  path: string,
): number | null {
  const tag = json['tag'];
  if (tag === undefined && tagged === null) return null;
  if (tagged === null || typeof tag !== 'number' || !Number.isInteger(tag) || tag < 0) {
    throw new DefinitionError(
      `${file}: ${path} needs both "tag" (a number from 0 on) and "taggedVersions", or neither.`,
    );
  }
  if (flexible === null || tagged.min < flexible.min) {
    throw new DefinitionError(
      `${file}: ${path} is tagged in versions that are not flexible (flexibleVersions).`,
    );
  }
  return tag;
}

function defaultOf(json: Members, file: string, path: string): string | null | undefined {
  const value = json['default'];
  // A bare null is no default to Kafka's generator, which knows only the word: the field's default is empty, not null.
  if (value === undefined || value === null) return undefined;
  if (value === 'null') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  throw new DefinitionError(`${file}: ${path}: default has to be a string, a number, true, false or null.`);
}

/** null for "none" and for what is not there. */
function rangeOf(json: Members, member: string, file: string, path = ''): DefinedRange | null {
  const text = json[member];
  if (text === undefined || text === 'none') return null;
  const match = typeof text === 'string' ? /^(\d+)(\+|-(\d+))?$/.exec(text) : null;
  if (match === null) {
    const where = path === '' ? member : `${path}: ${member}`;
    throw new DefinitionError(`${file}: ${where} has to be "0", "0-3", "0+" or "none".`);
  }
  const min = Number(match[1]);
  if (match[2] === '+') return { min, max: Number.POSITIVE_INFINITY };
  return { min, max: match[3] === undefined ? min : Number(match[3]) };
}

function textOf(json: Members, member: string, file: string, path = ''): string {
  const value = json[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new DefinitionError(
    `${file}: ${path === '' ? 'the message' : `a field of ${path}`} has no "${member}".`,
  );
}

function listOf(json: Members, member: string, file: string): readonly Members[] {
  const value = json[member] ?? [];
  if (!Array.isArray(value)) throw new DefinitionError(`${file}: "${member}" has to be a list.`);
  return value.map((element) => membersOf(element, file));
}

function membersOf(value: unknown, file: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new DefinitionError(`${file}: an object is missing where a message, field or struct has to be.`);
}
