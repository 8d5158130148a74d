/**
 * How a message is written down: one line per field, in the order of the wire, with the versions that have it.
 *
 *   export const heartbeatRequest = request(12, 'HeartbeatRequest', { versions: '0-4', flexible: '4+' }, {
 *     groupId: string('0+'),
 *     groupInstanceId: string('3+', { nullable: true }),
 *   });
 *
 * Everything else is derived from that: the types (`Decoded`, `Encodable`) here, reading and writing in codec.ts.
 * Names, types and versions are facts of Kafka's protocol (its message definitions, KIP-482 for tags); a field is
 * named as there, in camelCase. A nullable field without a default of its own defaults to null; a list or struct
 * that is empty and not null when left out says `default: 'empty'`.
 */

/** `'3+'` from 3 on, `'1-4'` inclusive, `'2'` just that one. */
export type VersionRange = `${number}+` | `${number}-${number}` | `${number}`;

export interface Versions {
  readonly min: number;
  /** Inclusive; Infinity for an open range. */
  readonly max: number;
}

/** What each scalar type is in TypeScript after decoding. */
export interface ScalarValue {
  bool: boolean;
  int8: number;
  int16: number;
  uint16: number;
  int32: number;
  int64: bigint;
  float64: number;
  string: string;
  uuid: string;
  bytes: Buffer;
  records: Buffer;
}
export type ScalarType = keyof ScalarValue;

/** What encoding accepts: any bytes, and records in several pieces. */
interface ScalarInput extends Omit<ScalarValue, 'bytes' | 'records'> {
  bytes: Uint8Array;
  records: Uint8Array | readonly Uint8Array[];
}

export interface FieldOptions<V = unknown> {
  /** Versions in which the field may be null; `true` means all that have it. */
  readonly nullable?: true | VersionRange;
  readonly default?: V;
  /** Number of the tagged field (KIP-482) in flexible versions. */
  readonly tag?: number;
  /** Only if not all versions that have the field carry it as a tag. */
  readonly tagged?: VersionRange;
}

/** Lists and structs have no default to spell out: where null is allowed, it is null or, if so said, empty. */
interface CompositeOptions extends Omit<FieldOptions, 'default'> {
  readonly default?: 'empty';
}

declare const decodedType: unique symbol;
declare const inputType: unique symbol;

/** One field. `Out` is what decoding gives, `In` what encoding takes; both exist for the compiler only. */
export interface Field<Out = unknown, In = unknown> {
  readonly type: ScalarType | 'struct' | 'array';
  /** Fields of a struct, or of the elements of an array of structs. */
  readonly fields: Fields | null;
  /** Element type of an array of scalars. */
  readonly element: ScalarType | null;
  readonly versions: Versions;
  readonly nullable: Versions | null;
  readonly tag: number | null;
  readonly tagged: Versions | null;
  /** undefined: the zero of the type, or null where nullable; 'empty': the zero of a list or struct, even where nullable. */
  readonly defaultValue: unknown;
  readonly [decodedType]?: Out;
  readonly [inputType]?: In;
}

export type Fields = Readonly<Record<string, Field>>;

type DecodedFields<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<infer Out, unknown> ? Out : never;
};
type EncodableFields<F extends Fields> = {
  [K in keyof F]?: F[K] extends Field<unknown, infer In> ? In : never;
};
type OrNull<V, O> = O extends { readonly nullable: true | VersionRange } ? V | null : V;
type NoOptions = Record<never, never>;

export function parseVersions(range: VersionRange): Versions {
  const match = /^(\d+)(\+|-(\d+))?$/.exec(range);
  if (match === null) throw new TypeError(`"${range}" is no version range`);
  const min = Number(match[1]);
  if (match[2] === '+') return { min, max: Number.POSITIVE_INFINITY };
  return { min, max: match[3] === undefined ? min : Number(match[3]) };
}

function field<Out, In>(
  type: Field['type'],
  range: VersionRange,
  options: FieldOptions,
  shape: { readonly fields?: Fields; readonly element?: ScalarType } = {},
): Field<Out, In> {
  const versions = parseVersions(range);
  const { nullable, tag, tagged } = options;
  return {
    type,
    fields: shape.fields ?? null,
    element: shape.element ?? null,
    versions,
    nullable: nullable === undefined ? null : nullable === true ? versions : parseVersions(nullable),
    tag: tag ?? null,
    tagged: tag === undefined ? null : tagged === undefined ? versions : parseVersions(tagged),
    defaultValue: options.default,
  };
}

function scalar<T extends ScalarType>(type: T) {
  return <const O extends FieldOptions<ScalarInput[T]> = NoOptions>(
    versions: VersionRange,
    options?: O,
  ): Field<OrNull<ScalarValue[T], O>, OrNull<ScalarInput[T], O>> => field(type, versions, options ?? {});
}

export const bool = scalar('bool');
export const int8 = scalar('int8');
export const int16 = scalar('int16');
export const uint16 = scalar('uint16');
export const int32 = scalar('int32');
export const int64 = scalar('int64');
export const float64 = scalar('float64');
export const string = scalar('string');
export const uuid = scalar('uuid');
export const bytes = scalar('bytes');
export const records = scalar('records');

export function struct<F extends Fields, const O extends CompositeOptions = NoOptions>(
  versions: VersionRange,
  fields: F,
  options?: O,
): Field<OrNull<DecodedFields<F>, O>, OrNull<EncodableFields<F>, O>> {
  return field('struct', versions, options ?? {}, { fields });
}

type Elements<T> = T extends ScalarType ? ScalarValue[T][] : T extends Fields ? DecodedFields<T>[] : never;
type ElementsInput<T> = T extends ScalarType
  ? readonly ScalarInput[T][]
  : T extends Fields
    ? readonly EncodableFields<T>[]
    : never;

/** An array of scalars (`array('0+', 'int32')`) or of structs (`array('0+', { ...fields })`). */
export function array<const T extends ScalarType | Fields, const O extends CompositeOptions = NoOptions>(
  versions: VersionRange,
  of: T,
  options?: O,
): Field<OrNull<Elements<T>, O>, OrNull<ElementsInput<T>, O>> {
  return field('array', versions, options ?? {}, typeof of === 'string' ? { element: of } : { fields: of });
}

/** A whole message. `versions` is what the schema can read and write, not what a broker offers. */
export interface MessageSchema<F extends Fields = Fields> {
  readonly kind: 'request' | 'response' | 'record';
  /** API key, or the record's type number; -1 for data that has none. */
  readonly apiKey: number;
  readonly name: string;
  readonly versions: Versions;
  /** Versions in the compact encoding with tagged fields; null if there is none. */
  readonly flexible: Versions | null;
  readonly fields: F;
}

/** The decoded message: every field is present; one that its version lacks has its default. */
export type Decoded<S extends MessageSchema> = DecodedFields<S['fields']>;
/** What can be encoded: fields left out, at any depth, have their default; fields that the version lacks are not written. */
export type Encodable<S extends MessageSchema> = EncodableFields<S['fields']>;

interface MessageVersions {
  readonly versions: VersionRange;
  readonly flexible?: VersionRange;
}

function message(kind: MessageSchema['kind']) {
  return <F extends Fields>(
    apiKey: number,
    name: string,
    { versions, flexible }: MessageVersions,
    fields: F,
  ): MessageSchema<F> => ({
    kind,
    apiKey,
    name,
    versions: parseVersions(versions),
    flexible: flexible === undefined ? null : parseVersions(flexible),
    fields,
  });
}

export const request = message('request');
export const response = message('response');
export const record = message('record');
