/**
 * Properties of the client behind a tool, from a file and from the command line, where the command line wins. Since Kafka 4.2 the
 * flags have the same names in every tool (`--command-config`, `--command-property`, KIP-1147); the older ones go on working.
 */
import { onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import type { ClientProperties, ReadText } from './client-properties.ts';
import { propertiesOf } from './open-cluster.ts';
import { keyValues, UsageProblem } from './tool-flags.ts';

/** One flag that has a newer name, with the words for whoever still uses the older one. */
export interface RenamedFlag {
  readonly older: string;
  readonly newer: string;
  readonly both: string;
  readonly warning: string;
}

/** Whichever name was used; the warning goes to `print`, as Kafka's tools have it. @throws UsageProblem for both */
export function nameUsed(flags: KafkaFlags, renamed: RenamedFlag, print: (line: string) => void): string {
  if (!flags.has(renamed.older)) return renamed.newer;
  if (flags.has(renamed.newer)) throw new UsageProblem(renamed.both);
  print(renamed.warning);
  return renamed.older;
}

/** The file's properties and those of the command line over them. */
export function mergedProperties(
  flags: KafkaFlags,
  fileFlag: string,
  propertyFlag: string,
  readText: ReadText,
): ClientProperties {
  const file = propertiesOf(onlyValue(flags, fileFlag) ?? null, readText);
  return new Map([...file, ...keyValues(flags.get(propertyFlag))]);
}
