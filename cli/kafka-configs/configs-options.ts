/**
 * The command line of `kafka-configs` (class ConfigCommand of Apache Kafka 4.3.1): which entities, and what is to be set, removed or
 * shown. What is wrong is said in the words of Kafka's tool. Pure but for the file that is named.
 */
import { isIP } from 'node:net';
import { parseProperties } from '../../console/config/properties-file.ts';
import { CommandError } from '../command-error.ts';
import type { ReadText } from '../kafka-tool/client-properties.ts';
import { bootstrapFlags, commonFlags, type ToolFlag, UsageProblem } from '../kafka-tool/tool-flags.ts';
import { kafkaFlagsInOrder, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';

export const ENTITY_TYPES = [
  ...['topics', 'clients', 'users', 'brokers', 'ips', 'client-metrics', 'groups', 'broker-loggers'],
] as readonly string[];

const text = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument: `String${argument}`, about },
});

/** Flags that name type and entity in one. */
const NAMED = [
  ['topic', 'topics', "The topic's name."],
  ['client', 'clients', "The client's id."],
  ['user', 'users', "The user's name."],
  ['broker', 'brokers', "The broker's id."],
  ['broker-logger', 'broker-loggers', "The broker's id, for its loggers."],
  ['ip', 'ips', 'The IP address.'],
  ['client-metrics', 'client-metrics', 'The name of the subscription to client metrics.'],
  ['group', 'groups', "The group's id."],
] as const;
const DEFAULTS = [
  ['client-defaults', 'clients', 'What holds for all clients.'],
  ['user-defaults', 'users', 'What holds for all users.'],
  ['broker-defaults', 'brokers', 'What holds for all brokers.'],
  ['ip-defaults', 'ips', 'What holds for all IP addresses.'],
] as const;

export const CONFIGS_FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags,
  ...commonFlags,
  { name: 'bootstrap-controller', value: 'required' },
  text('command-config', ': command config property file', 'A file of properties of the client.'),
  { name: 'alter', about: 'Change settings of the entity.' },
  { name: 'describe', about: 'Show settings of the entity.' },
  { name: 'all', about: 'Show all settings, also those that were not set on the entity itself.' },
  text(
    'entity-type',
    '',
    'Type of entity (topics/clients/users/brokers/broker-loggers/ips/client-metrics/groups). users and clients may stand together.',
  ),
  text(
    'entity-name',
    '',
    'Name of entity (topic name/client id/user principal name/broker id/ip/client metrics/group id).',
  ),
  { name: 'entity-default', about: 'In place of a name: what holds for all clients/users/brokers/ips.' },
  text(
    'add-config',
    '',
    "What to set, as 'k1=v1,k2=[v1,v2,v2],k3=v3': square brackets stand around values with commas. Of users also SCRAM credentials: 'SCRAM-SHA-256=[iterations=8192,password=secret]'.",
  ),
  text('add-config-file', '', 'A file of properties to set.'),
  text('delete-config', '', "Which settings to remove, as 'k1,k2'."),
  ...NAMED.map(([name, , about]) => text(name, '', about)),
  ...DEFAULTS.map(([name, , about]) => ({ name, about })),
];

export interface ConfigsRequest {
  readonly action: 'alter' | 'describe';
  readonly all: boolean;
  /** One, or users and clients in either order. */
  readonly types: readonly string[];
  /** By type as far as they go; the empty name is the default entity. */
  readonly names: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** @throws CommandError, UsageProblem */
export function readConfigsRequest(
  argv: readonly string[],
  flags: KafkaFlags,
  readText: ReadText,
): ConfigsRequest {
  checkActions(flags);
  if (flags.has('bootstrap-controller'))
    throw new CommandError('--bootstrap-controller cannot be used here; --bootstrap-server can.');
  const types = [
    ...(flags.get('entity-type') ?? []),
    ...[...NAMED, ...DEFAULTS].flatMap(([flag, type]) => (flags.has(flag) ? [type] : [])),
  ];
  const names = [
    ...kafkaFlagsInOrder(argv, CONFIGS_FLAGS)
      .filter(({ name }) => name === 'entity-name' || name === 'entity-default')
      .map(({ name, values }) => (name === 'entity-name' ? (values[0] ?? '') : '')),
    ...NAMED.flatMap(([flag]) => (flags.has(flag) ? [onlyValue(flags, flag) ?? ''] : [])),
    ...DEFAULTS.flatMap(([flag]) => (flags.has(flag) ? [''] : [])),
  ];
  checkTypes(flags, types);
  checkNames(flags, types, names);
  const action = flags.has('alter') ? 'alter' : 'describe';
  if (action === 'alter') checkAlter(flags, types, names);
  return {
    ...{ action, types, names, all: flags.has('all') },
    set: toBeSet(flags, readText),
    remove: (flags.get('delete-config') ?? []).flatMap((list) => list.split(',')).map((key) => key.trim()),
  };
}

function checkActions(flags: KafkaFlags): void {
  if (flags.has('alter') === flags.has('describe'))
    throw new UsageProblem('Command must include exactly one action: --describe, --alter');
  const excluded = ['add-config', 'delete-config'].find((flag) => flags.has('describe') && flags.has(flag));
  if (excluded !== undefined)
    throw new UsageProblem(`Option "[describe]" can't be used with option "[${excluded}]"`);
}

function checkTypes(flags: KafkaFlags, types: readonly string[]): void {
  const twice = types.filter((type, index) => types.indexOf(type) < index);
  if (twice.length > 0) throw new CommandError(`Duplicate entity type(s) specified: ${twice.join(',')}`);
  const strange = types.find((type) => !ENTITY_TYPES.includes(type));
  if (strange !== undefined)
    throw new CommandError(
      `Invalid entity type ${strange}, the entity type must be one of ${ENTITY_TYPES.join(', ')} with a --bootstrap-server or --bootstrap-controller argument`,
    );
  if (types.length === 0) throw new CommandError('At least one entity type must be specified');
  if (types.length > 1 && !(types.length === 2 && types.includes('users') && types.includes('clients')))
    throw new CommandError("Only 'users' and 'clients' entity types may be specified together");
  const general = ['entity-name', 'entity-type', 'entity-default'].some((flag) => flags.has(flag));
  if (general && [...NAMED, ...DEFAULTS].some(([flag]) => flags.has(flag)))
    throw new CommandError(
      '--entity-{type,name,default} should not be used in conjunction with specific entity flags',
    );
}

const WITH_DEFAULTS: ReadonlySet<string> = new Set(['users', 'clients', 'brokers', 'ips']);

function checkNames(flags: KafkaFlags, types: readonly string[], names: readonly string[]): void {
  const [type = ''] = types;
  const named = names.filter((name) => name !== '');
  if (type === 'brokers' || type === 'broker-loggers')
    for (const name of named)
      if (!isInt32(name))
        throw new CommandError(
          `The entity name for ${type} must be a valid integer broker id, but it is: ${name}`,
        );
  if (type === 'ips')
    for (const name of named)
      if (isIP(name) === 0 && !/^[\w.-]+$/.test(name))
        throw new CommandError(
          `The entity name for ${type} must be a valid IP or resolvable host, but it is: ${name}`,
        );
  if (!flags.has('describe')) return;
  const list = types.join(',');
  if (flags.has('entity-default') && !types.some((each) => WITH_DEFAULTS.has(each)))
    throw new CommandError(`--entity-default must not be specified with --describe of ${list}`);
  if (type === 'broker-loggers' && named.length === 0)
    throw new CommandError(`An entity name must be specified with --describe of ${list}`);
}

function checkAlter(flags: KafkaFlags, types: readonly string[], names: readonly string[]): void {
  const hasName = names.some((name) => name !== '');
  if (types.some((type) => WITH_DEFAULTS.has(type))) {
    if (names.length === 0)
      throw new CommandError(
        'An entity-name or default entity must be specified with --alter of users, clients, brokers or ips',
      );
  } else if (!hasName)
    throw new CommandError(`An entity name must be specified with --alter of ${types.join(',')}`);
  if (flags.has('add-config') && flags.has('add-config-file'))
    throw new CommandError('Only one of --add-config or --add-config-file must be specified');
  if (!['add-config', 'add-config-file', 'delete-config'].some((flag) => flags.has(flag)))
    throw new CommandError(
      'At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter',
    );
  if (types.length !== names.length)
    throw new CommandError('An entity name must be specified for every entity type');
}

const INT32_LIMIT = 0x8000_0000;
const isInt32 = (word: string): boolean =>
  /^[+-]?\d+$/.test(word) && Number(word) < INT32_LIMIT && Number(word) >= -INT32_LIMIT;

/** Outside of square brackets. */
const NOT_WITHIN = '(?=[^\\]]*(?:\\[|$))';
const BETWEEN_PAIRS = new RegExp(`,${NOT_WITHIN}`);
const EQUALS = new RegExp(`\\s*=\\s*${NOT_WITHIN}`);

function toBeSet(flags: KafkaFlags, readText: ReadText): ReadonlyMap<string, string> {
  const file = onlyValue(flags, 'add-config-file');
  const set = new Map(file === undefined ? [] : parseProperties(readText(file)));
  const words = onlyValue(flags, 'add-config');
  const pairs = words?.split(BETWEEN_PAIRS).map((pair) => pair.split(EQUALS)) ?? [];
  // Java's split leaves out empty parts at the end.
  while (pairs.length > 1 && pairs.at(-1)?.join('') === '') pairs.pop();
  if (!pairs.every((pair) => pair.length === 2))
    throw new CommandError(
      'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val" or  "key=[val1,val2]" to group values which contain commas.',
    );
  for (const [key = '', value = ''] of pairs) set.set(key.trim(), value.replace(/\[?\]?/g, '').trim());
  const strange = [...set.keys()].find((key) => !/^[$a-zA-Z0-9._-]*$/.test(key));
  if (strange !== undefined) throw new CommandError(`Invalid character found for config key: ${strange}`);
  return set;
}
