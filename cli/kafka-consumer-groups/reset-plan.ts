/**
 * The arguments of `--reset-offsets` that have a form of their own: partitions, times, durations, and the plans that are kept as CSV.
 * Pure.
 */
import { isoDurationMs } from '../../console/contracts/duration.ts';
import type { TopicPartition } from '../kafka-tool/partition-offsets.ts';
import { UsageProblem } from '../kafka-tool/tool-flags.ts';
import { CommandError } from '../command-error.ts';

export interface PlannedOffset extends TopicPartition {
  readonly offset: number;
}

/** `topic` has no partitions here, `topic:0,1` has. @throws UsageProblem */
export function parseTopicArgument(text: string): { topic: string; partitions: readonly number[] | null } {
  if (!text.includes(':')) return { topic: text, partitions: null };
  const [topic = '', list = '', ...more] = text.split(':');
  if (more.length > 0 || list === '')
    throw new UsageProblem(`Invalid topic arg '${text}', expected topic name and partitions`);
  const partitions = list.split(',').map((word) => {
    if (/^\+?\d{1,9}$/.test(word)) return Number(word);
    throw new UsageProblem(`Invalid partition '${word}' specified in topic arg '${text}''`);
  });
  return { topic, partitions };
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** `YYYY-MM-DDThh:mm:ss.sss` with or without a zone (UTC), as milliseconds since the epoch. @throws CommandError */
export function parseDateTime(text: string): number {
  const zoned = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/.exec(text.slice(11))?.[0];
  const zone = zoned === undefined ? 'Z' : zoned.replace(/^([+-]\d{2}):?(\d{2})?$/, (_, h: string, m?: string) => `${h}:${m ?? '00'}`); // prettier-ignore
  const time = Date.parse(`${zoned === undefined ? text : text.slice(0, -zoned.length)}${zone}`);
  if (DATE_TIME.test(text) && !Number.isNaN(time)) return time;
  throw new CommandError(`Error parsing timestamp ${text}: it has the form YYYY-MM-DDThh:mm:ss.sss`);
}

/** As `isoDurationMs` reads it. @throws CommandError */
export function parseDuration(text: string): number {
  const ms = isoDurationMs(text);
  if (ms === null) throw new CommandError(`Text cannot be parsed to a Duration: ${text}`);
  return ms;
}

/** Lines `topic,partition,offset` of the only group, or with the group in front. @throws CommandError */
export function parsePlan(text: string, groups: readonly string[]): Map<string, PlannedOffset[]> {
  const lines = text.split('\n').map((line) => line.trim());
  const rows = lines.filter((line) => line !== '').map((line) => ({ line, cells: cellsOf(line) }));
  const plan = new Map<string, PlannedOffset[]>();
  const isShort = groups.length === 1 && rows[0]?.cells.length === 3;
  for (const { line, cells } of rows) {
    const [group = '', topic = '', partition = '', offset = ''] = isShort ? [groups[0], ...cells] : cells;
    const isWhole = cells.length === (isShort ? 3 : 4) && /^\d+$/.test(partition) && /^-?\d+$/.test(offset);
    if (!isWhole || !Number.isSafeInteger(Number(offset)))
      throw new CommandError(
        `--from-file: "${line}" is not ${isShort ? '' : 'group,'}topic,partition,offset.`,
      );
    const planned = plan.get(group) ?? [];
    plan.set(group, [...planned, { topic, partition: Number(partition), offset: Number(offset) }]);
  }
  return plan;
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare,
  );
}

/** Longer ones stand in quotes whatever is in them, as Kafka's tool (Jackson) writes them. */
const UNQUOTED_MAX = 24;

/** The lines that parsePlan reads; with the group where there may be several. */
export function planText(
  rows: readonly (PlannedOffset & { readonly group: string })[],
  withGroup: boolean,
): string {
  const cell = (text: string): string =>
    // eslint-disable-next-line no-control-regex -- that is where quoting begins
    text.length > UNQUOTED_MAX || /[\u0000-,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows
    .map(({ group, topic, partition, offset }) => {
      const cells = [cell(topic), String(partition), String(offset)];
      return `${(withGroup ? [cell(group), ...cells] : cells).join(',')}\n`;
    })
    .join('');
}
