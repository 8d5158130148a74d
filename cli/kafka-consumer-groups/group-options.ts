/**
 * The command line of `kafka-consumer-groups` (class ConsumerGroupCommandOptions of Apache Kafka 4.3.1): its flags, and which of
 * them go together. Pure.
 */
import { bootstrapFlags, commonFlags, UsageProblem, type ToolFlag } from '../kafka-tool/tool-flags.ts';
import type { KafkaFlags } from '../options/kafka-flags.ts';

export const ACTIONS = [
  'list',
  'describe',
  'delete',
  'reset-offsets',
  'delete-offsets',
  'validate-regex',
] as const;
export type GroupAction = (typeof ACTIONS)[number];

export const SCENARIOS = [
  ...(['to-offset', 'shift-by', 'to-datetime', 'by-duration', 'to-earliest', 'to-latest'] as const),
  ...(['to-current', 'from-file'] as const),
];

const text = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument, about },
});

export const GROUP_FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags,
  ...commonFlags,
  { name: 'list', about: 'List all consumer groups.' },
  {
    name: 'describe',
    about:
      'Show what groups have committed and how far they are behind; --members and --state show other things of them.',
  },
  { name: 'delete', about: 'Delete groups without members, with all that they have committed.' },
  {
    name: 'reset-offsets',
    about:
      'Set what a group without members has committed. Shows a plan (--dry-run) unless --execute says otherwise. Which partitions: --all-topics, --topic or --from-file; to what: one of the options --to-..., --by-duration, --shift-by and --from-file.',
  },
  { name: 'delete-offsets', about: 'Take away what a group has committed for topics that it does not read.' },
  text('validate-regex', 'String: regex', 'Say whether this is a regular expression.'),
  text('group', 'String: consumer group', 'The group to act on; may stand more than once.'),
  { name: 'all-groups', about: 'Act on all groups.' },
  text(
    'topic',
    'String: topic',
    'The topic whose offsets are set or taken away, all its partitions or topic:0,1,2; may stand more than once.',
  ),
  { name: 'all-topics', about: 'Set the offsets of all topics that the group has committed for.' },
  { name: 'members', about: 'With --describe: the members.' },
  { name: 'offsets', about: 'With --describe: the offsets, which is what it shows by itself.' },
  {
    name: 'state',
    value: 'optional',
    about: 'With --describe: the state. With --list: the states, or the groups that are in one of these.',
  },
  {
    name: 'type',
    value: 'optional',
    about: 'With --list: the types, or the groups that are of one of these.',
  },
  { name: 'verbose', about: 'With --describe: more columns.' },
  { name: 'dry-run', about: 'Show what --reset-offsets would do.' },
  { name: 'execute', about: 'Do it.' },
  { name: 'export', about: 'Print the new offsets as CSV, for --from-file.' },
  text('to-offset', 'Long: offset', 'To this offset.'),
  text('shift-by', 'Long: number-of-offsets', 'By so many records, forward or (negative) back.'),
  text('to-datetime', 'String: datetime', 'To the first record from this time on: YYYY-MM-DDThh:mm:ss.sss'),
  text('by-duration', 'String: duration', 'To the first record that is not older than this: PnDTnHnMnS'),
  { name: 'to-earliest', about: 'To the earliest record.' },
  { name: 'to-latest', about: 'Behind the last record.' },
  { name: 'to-current', about: 'To where it is.' },
  text('from-file', 'String: path to CSV file', 'To what is in this file.'),
  text('timeout', 'Long: timeout (ms)', 'How long a request may take. (default: 5000)'),
  text('command-config', 'String: command config property file', 'A file of properties of the client.'),
];

export const NO_EXECUTE =
  'WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting this command and want to keep the current default behavior without prompting.';

const named = (names: readonly string[]): string => names.map((name) => `[${name}]`).join(', ');

/** The one action. @throws UsageProblem */
export function checkedAction(flags: KafkaFlags, say: (line: string) => void): GroupAction {
  const [action, ...more] = ACTIONS.filter((name) => flags.has(name));
  if (action === undefined || more.length > 0)
    throw new UsageProblem(
      `Command must include exactly one action: ${ACTIONS.map((name) => `--${name}`).join(', ')}`,
    );
  const availableIf = [
    ...(['members', 'verbose', 'offsets'] as const).map((name) => [name, ['describe']] as const),
    ['state', ['describe', 'list']] as const,
    ['type', ['list']] as const,
  ];
  const stray = availableIf.find(([name, where]) => flags.has(name) && !where.includes(action as never));
  if (stray !== undefined)
    throw new UsageProblem(`Option(s) [${stray[0]}] are unavailable given other options on the command line`);
  const scoped = flags.has('group') || flags.has('all-groups');
  if (['describe', 'delete', 'reset-offsets'].includes(action) && !scoped)
    throw new UsageProblem(
      `Option [${action}] takes one of these options: ${named(['group', 'all-groups'])}`,
    );
  if (action === 'describe') checkDescribe(flags);
  if (action === 'delete' && flags.has('topic'))
    throw new UsageProblem(
      'The consumer does not support topic-specific offset deletion from a consumer group.',
    );
  if (action === 'delete-offsets' && !(flags.has('group') && flags.has('topic')))
    throw new UsageProblem(
      `Option [delete-offsets] takes the following options: ${named(['group', 'topic'])}`,
    );
  if (action === 'reset-offsets') checkReset(flags, say);
  const clash = (flag: string, others: readonly string[]): void => {
    const other = flags.has(flag) ? others.find((name) => flags.has(name)) : undefined;
    if (other !== undefined)
      throw new UsageProblem(`Option "[${flag}]" can't be used with option "[${other}]"`);
  };
  for (const scenario of SCENARIOS)
    if (action === 'reset-offsets')
      clash(scenario, SCENARIOS.filter((other) => other !== scenario)); // prettier-ignore
  clash('group', ['all-groups', 'list']);
  clash('topic', ['list', 'describe']);
  return action;
}

function checkDescribe(flags: KafkaFlags): void {
  const views = ['members', 'offsets', 'state'];
  if (views.filter((name) => flags.has(name)).length > 1)
    throw new UsageProblem(`Option [describe] takes at most one of these options: ${named(views)}`);
  if ((flags.get('state') ?? []).length > 0)
    throw new UsageProblem('Option [describe] does not take a value for [state]');
}

function checkReset(flags: KafkaFlags, say: (line: string) => void): void {
  if (flags.has('dry-run') && flags.has('execute'))
    throw new UsageProblem('Option [reset-offsets] only accepts one of [execute] and [dry-run]');
  if (!flags.has('dry-run') && !flags.has('execute')) say(NO_EXECUTE);
}
