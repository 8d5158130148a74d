/** The arguments of `kafka-topics` that have a form of their own: replicas by hand, configs, a pattern of names. Pure. */
import { CommandError } from '../command-error.ts';

/** `0:1,1:2` as replicas of partition 0, 1 ... @throws CommandError */
export function parseReplicaAssignment(text: string): number[][] {
  const rows = text.split(',').map((row) =>
    row.split(':').map((word) => {
      const id = /^[+-]?\d+$/.test(word.trim()) ? Number(word) : Number.NaN;
      if (Number.isNaN(id)) throw new CommandError(`For input string: "${word.trim()}"`);
      return id;
    }),
  );
  for (const [partition, ids] of rows.entries()) {
    const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
    if (twice.length > 0)
      throw new CommandError(`Partition replica lists may not contain duplicate entries: ${twice.join(',')}`);
    if (ids.length !== rows[0]?.length)
      throw new CommandError(`Partition ${partition} has different replication factor: [${ids.join(', ')}]`);
  }
  return rows;
}

/** `key=value` words. @throws CommandError */
export function parseConfigs(words: readonly string[]): Record<string, string> {
  const pairs = words.map((word) => word.split(/\s*=\s*/));
  const [wrong] = pairs.filter((pair) => pair.length !== 2 || pair[1] === '');
  if (wrong !== undefined)
    throw new CommandError(
      'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".',
    );
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key.trim(), value.trim()]));
}

/** `--topic` as a regular expression over whole names; commas separate alternatives. @throws CommandError */
export function topicPattern(text: string): RegExp {
  const raw = text
    .trim()
    .replaceAll(',', '|')
    .replaceAll(' ', '')
    .replace(/^["']+/, '')
    .replace(/["']+$/, '');
  try {
    return new RegExp(`^(?:${raw})$`);
  } catch {
    throw new CommandError(`${raw} is an invalid regex.`);
  }
}

/** Metrics names have no difference between the two characters. */
export const hasCollisionCharacters = (name: string): boolean => /[._]/.test(name);
