/**
 * The command line of `kafka-topics`: flags, which of them go together, and the words when they do not (class
 * TopicCommand of Apache Kafka 4.3.1). Beside those it takes `--zookeeper`, which older instructions still have. Pure.
 */
import { CommandError } from '../command-error.ts';
import { ZOOKEEPER_WARNING } from '../kafka-tool/tool-flags.ts';
import {
  onlyInteger,
  onlyValue,
  parseKafkaFlags,
  type KafkaFlag,
  type KafkaFlags,
} from '../options/kafka-flags.ts';

export type TopicAction = 'create' | 'list' | 'alter' | 'describe' | 'delete';

export type DescribeReport = 'under-replicated' | 'unavailable' | 'under-min-isr' | 'at-min-isr';

export interface TopicsOptions {
  readonly action: TopicAction;
  /** Null: only `--zookeeper` was given. */
  readonly bootstrap: string | null;
  readonly zookeeper: boolean;
  readonly commandConfig: string | null;
  /** Name, or a pattern for all actions but create. */
  readonly topic: string | null;
  readonly topicId: string | null;
  readonly configs: readonly string[];
  readonly partitions: number | null;
  readonly replicationFactor: number | null;
  readonly replicaAssignment: string | null;
  readonly ifExists: boolean;
  readonly ifNotExists: boolean;
  readonly excludeInternal: boolean;
  readonly onlyOverrides: boolean;
  readonly reports: ReadonlySet<DescribeReport>;
  /** For standard error, before anything else. */
  readonly warnings: readonly string[];
}

/** `usage` prints the reason and the list of options, `refused` only the reason. */
export type TopicsRequest =
  | { readonly kind: 'run'; readonly options: TopicsOptions }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage' | 'refused'; readonly reason: string };

const ACTIONS = ['create', 'list', 'alter', 'describe', 'delete'] as const;
const REPORTS = ['under-replicated', 'unavailable', 'under-min-isr', 'at-min-isr'] as const;
const reportFlag = (report: DescribeReport): string => `${report}-partitions`;

const FLAGS: readonly KafkaFlag[] = [
  ...[...ACTIONS, ...REPORTS.map(reportFlag), 'help', 'version'].map((name) => ({ name })),
  ...['topics-with-overrides', 'if-exists', 'if-not-exists', 'exclude-internal'].map((name) => ({ name })),
  ...['bootstrap-server', 'zookeeper', 'command-config', 'topic', 'topic-id', 'config', 'delete-config'].map(
    (name) => ({ name, value: 'required' as const }),
  ),
  ...['partitions', 'replication-factor', 'replica-assignment', 'partition-size-limit-per-response'].map(
    (name) => ({ name, value: 'required' as const }),
  ),
];

const HELP = 'This tool helps to create, delete, describe, or change a topic.';
const NOT_FOR_CONFIGS = ' (To alter topic configurations, the kafka-configs tool can be used.)';

/** In the order in which Kafka's tool looks; the first flag of each may not stand with any of the second ones. */
const NOT_TOGETHER: readonly (readonly [flag: string, others: readonly string[]])[] = [
  ['config', ['describe', 'list', 'delete']],
  ['partitions', ['describe', 'list', 'delete']],
  ['replication-factor', ['alter', 'describe', 'list', 'delete']],
  ['replica-assignment', ['describe', 'list', 'delete']],
  ...REPORTS.map(
    (report) => [reportFlag(report), ['alter', 'create', 'list', 'delete', 'topics-with-overrides']] as const,
  ),
  ['topics-with-overrides', ['alter', 'create', 'list', 'delete', ...REPORTS.map(reportFlag)]],
  ['if-exists', ['create', 'list']],
  ['if-not-exists', ['alter', 'describe', 'list', 'delete']],
  ['exclude-internal', ['alter', 'create', 'delete']],
];

/** Why the flags do not go together; `usage` where Kafka's tool lists its options, too. */
function complaintOf(flags: KafkaFlags): TopicsRequest | null {
  const usage = (reason: string): TopicsRequest => ({ kind: 'usage', reason });
  const missing = (flag: string): TopicsRequest => usage(`Missing required argument "[${flag}]"`);
  const clash = (flag: string, other: string, more = ''): TopicsRequest =>
    usage(`Option "[${flag}]" can't be used with option "[${other}]"${more}`);
  if (ACTIONS.filter((action) => flags.has(action)).length !== 1)
    return usage(
      'Command must include exactly one action: --list, --describe, --create, --alter or --delete',
    );
  if (!flags.has('bootstrap-server') && !flags.has('zookeeper'))
    return { kind: 'refused', reason: '--bootstrap-server must be specified' };
  if (flags.has('describe') && flags.has('if-exists') && !flags.has('topic') && !flags.has('topic-id'))
    return usage('--topic or --topic-id is required to describe a topic');
  if (!flags.has('list') && !flags.has('describe') && !flags.has('topic')) return missing('topic');
  if (flags.has('alter') && flags.has('config'))
    return clash('bootstrap-server, config', 'alter', NOT_FOR_CONFIGS);
  if (flags.has('alter') && !flags.has('partitions')) return missing('partitions');
  if (flags.has('create') && flags.has('replica-assignment')) {
    const other = ['partitions', 'replication-factor'].find((flag) => flags.has(flag));
    if (other !== undefined) return clash('replica-assignment', other);
  }
  for (const [flag, others] of NOT_TOGETHER) {
    const other = flags.has(flag) ? others.find((name) => flags.has(name)) : undefined;
    if (other !== undefined) return clash(flag, other);
  }
  return null;
}

function warningsOf(flags: KafkaFlags): string[] {
  return [
    ...(flags.has('zookeeper') ? [ZOOKEEPER_WARNING] : []),
    ...(flags.has('delete-config')
      ? [
          'delete-config option is no longer supported and deprecated since version 4.0. The config will be fully removed in future releases.',
        ]
      : []),
  ];
}

const optionalInteger = (flags: KafkaFlags, name: string): number | null =>
  flags.has(name) ? onlyInteger(flags, name, 0) : null;

/** @throws CommandError when a flag is unknown, given twice or without its value */
export function readTopicsRequest(argv: readonly string[]): TopicsRequest {
  const flags = parseKafkaFlags(argv, FLAGS);
  if (argv.length === 0) return { kind: 'usage', reason: 'Create, delete, describe, or change a topic.' };
  if (flags.has('help')) return { kind: 'usage', reason: HELP };
  if (flags.has('version')) return { kind: 'version' };
  const complaint = complaintOf(flags);
  if (complaint !== null) return complaint;
  const action = ACTIONS.find((name) => flags.has(name));
  if (action === undefined) throw new CommandError('there is no action');
  optionalInteger(flags, 'partition-size-limit-per-response');
  return {
    kind: 'run',
    options: {
      action,
      bootstrap: onlyValue(flags, 'bootstrap-server') ?? null,
      zookeeper: flags.has('zookeeper'),
      commandConfig: onlyValue(flags, 'command-config') ?? null,
      topic: onlyValue(flags, 'topic') ?? null,
      topicId: onlyValue(flags, 'topic-id') ?? null,
      configs: flags.get('config') ?? [],
      partitions: optionalInteger(flags, 'partitions'),
      replicationFactor: optionalInteger(flags, 'replication-factor'),
      replicaAssignment: onlyValue(flags, 'replica-assignment') ?? null,
      ifExists: flags.has('if-exists'),
      ifNotExists: flags.has('if-not-exists'),
      excludeInternal: flags.has('exclude-internal'),
      onlyOverrides: flags.has('topics-with-overrides'),
      reports: new Set(REPORTS.filter((report) => flags.has(reportFlag(report)))),
      warnings: warningsOf(flags),
    },
  };
}
