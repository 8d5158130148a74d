/**
 * The text of a file of protocol/messages: the comment at its top, the imports, the schemas. A file of records can
 * be added to; its comment and its schemas stay, only the imports are written anew. Pure.
 *
 * The comment is a draft: what each version added is read off the fields, why and by which KIP a person has to say.
 */
import { DefinitionError, type DefinedField, type MessageDefinition } from './message-definition.ts';
import { lowerFirst, schemaSource } from './schema-source.ts';

const IMPORTS = /^import \{([^}]*)\} from '\.\.\/schema\/notation\.ts';$/m;

/** Stands where a person has to write; a check of the repository fails as long as it is there. */
export const LEFT_OVER = ['TO', 'DO'].join('');

/** `IncrementalAlterConfigs` is `incremental-alter-configs`. */
export function kebabCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3-$2').toLowerCase();
}

/** A new file; prettier still has to lay it out. */
export function messageFile(subject: string, definitions: readonly MessageDefinition[]): string {
  const { text, imports } = schemaSource(definitions);
  return `${topComment(subject, definitions)}\n${importLine(imports)}\n\n${text}\n`;
}

/** `current` with more records at its end. */
export function withRecords(
  current: string,
  file: string,
  definitions: readonly MessageDefinition[],
): string {
  const found = IMPORTS.exec(current);
  if (found === null) throw new DefinitionError(`${file} does not import the notation in the usual way.`);
  for (const { name } of definitions) {
    if (current.includes(`export const ${lowerFirst(name)} `)) {
      throw new DefinitionError(`${file} has ${name} already.`);
    }
  }
  const { text, imports } = schemaSource(definitions, current);
  const before = (found[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
  const merged = current.replace(IMPORTS, importLine(new Set([...before, ...imports])));
  return `${merged.trimEnd()}\n\n${text}\n`;
}

function importLine(names: ReadonlySet<string>): string {
  return `import { ${[...names].sort().join(', ')}, type Decoded } from '../schema/notation.ts';`;
}

function topComment(subject: string, definitions: readonly MessageDefinition[]): string {
  const lines = definitions.flatMap((definition) => {
    const changes = changesByVersion(definition);
    return changes.length === 0 ? [] : [` * ${definition.name}: ${changes.join('; ')}.`];
  });
  const body = lines.length === 0 ? [] : [' *', ...lines];
  return [
    '/**',
    ` * ${subject}: ${LEFT_OVER} what it is for, and what each version added (with its KIP).`,
    ...body,
    ' */',
  ].join('\n');
}

/** What the fields say about each version after the first: `3 adds groupInstanceId`. */
export function changesByVersion({ versions, flexible, fields }: MessageDefinition): string[] {
  const changes = new Map<number, string[]>();
  const note = (version: number, text: string): void => {
    if (version > versions.min && version <= versions.max) {
      changes.set(version, [...(changes.get(version) ?? []), text]);
    }
  };
  if (flexible !== null) note(flexible.min, 'the compact encoding');
  noteFields(fields, note, 0);
  return [...changes]
    .sort(([left], [right]) => left - right)
    .map(([version, texts]) => `${String(version)} ${texts.join(', ')}`);
}

function noteFields(
  fields: readonly DefinedField[],
  note: (version: number, text: string) => void,
  outerMin: number,
): void {
  for (const { name, versions, fields: members } of fields) {
    if (versions.min > outerMin) note(versions.min, `adds ${lowerFirst(name)}`);
    if (Number.isFinite(versions.max)) note(versions.max + 1, `drops ${lowerFirst(name)}`);
    if (members !== null) noteFields(members, note, Math.max(outerMin, versions.min));
  }
}
