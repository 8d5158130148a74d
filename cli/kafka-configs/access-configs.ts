/** Quotas of users, client ids and addresses, and SCRAM credentials of users: shown and changed as Kafka's tool does. */
import {
  alterClientQuotas,
  describeClientQuotas,
  type EntityQuotas,
  type QuotaEntityType,
} from '../../kafka-client/admin/client-quotas.ts';
import {
  alterScramUser,
  describeScramUsers,
  SCRAM_MECHANISMS,
  type ScramCredential,
  type ScramMechanism,
} from '../../kafka-client/admin/scram-credentials.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { SCRAM_ITERATIONS_MIN } from '../../kafka-client/sasl/scram.ts';
import { CommandError } from '../command-error.ts';
import type { ConfigsRequest } from './configs-options.ts';
import { quotaLines, scramLine } from './quota-lines.ts';

const QUOTA_TYPES: Readonly<Record<string, QuotaEntityType>> = {
  users: 'user',
  clients: 'client-id',
  ips: 'ip',
};
const CLIENT_QUOTAS: ReadonlySet<string> = new Set([
  ...['producer_byte_rate', 'consumer_byte_rate', 'request_percentage', 'controller_mutation_rate'],
]);
const ADDRESS_QUOTAS: ReadonlySet<string> = new Set(['connection_creation_rate']);

const isScram = (key: string): key is ScramMechanism => SCRAM_MECHANISMS.some((each) => each === key);

/** @throws CommandError, ClientError */
export async function describeAccess(
  cluster: KafkaCluster,
  { types, names }: ConfigsRequest,
  print: (line: string) => void,
): Promise<void> {
  if (names.length > types.length) throw new CommandError('More entity names specified than entity types');
  for (const line of quotaLines(await quotasOf(cluster, types, names))) print(line);
  if (types.includes('clients') || types.includes('ips') || names.includes('')) return;
  for (const user of await describeScramUsers(cluster, names)) print(scramLine(user));
}

/** @throws CommandError, ClientError */
export async function alterAccess(cluster: KafkaCluster, request: ConfigsRequest): Promise<void> {
  const { types, names } = request;
  if (types[0] === 'ips') {
    const unknown = keysOf(request).filter((key) => !ADDRESS_QUOTAS.has(key));
    if (unknown.length > 0)
      throw new CommandError(
        `Only connection quota configs can be added for 'ips' using --bootstrap-server. Unexpected config names: ${unknown.join(',')}`,
      );
    return alterQuotas(cluster, request);
  }
  checkKeys(request);
  if (keysOf(request).some((key) => CLIENT_QUOTAS.has(key))) return alterQuotas(cluster, request);
  const set = [...request.set].flatMap(([key, value]) => (isScram(key) ? [credentialOf(key, value)] : []));
  if (types.length > 1 || names[0] === undefined) return alterQuotas(cluster, request);
  await alterScramUser(cluster, names[0], set, request.remove.filter(isScram));
}

const keysOf = ({ set, remove }: ConfigsRequest): string[] => [...set.keys(), ...remove];

function checkKeys({ types, names, set, remove }: ConfigsRequest): void {
  const hasClients = types.includes('clients');
  const subject = hasClients ? 'clients' : 'users';
  const allowed = hasClients ? 'quota' : 'quota and SCRAM credential';
  for (const [verb, keys] of [
    ['added', [...set.keys()]],
    ['deleted', remove],
  ] as const) {
    const unknown = keys.filter((key) => !CLIENT_QUOTAS.has(key) && (hasClients || !isScram(key)));
    if (unknown.length > 0)
      throw new CommandError(
        `Only ${allowed} configs can be ${verb} for '${subject}' using --bootstrap-server. Unexpected config names: ${unknown.join(', ')}`,
      );
  }
  const keys = [...set.keys(), ...remove];
  if (!keys.some(isScram)) return;
  if (names.includes(''))
    throw new CommandError(
      'The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.',
    );
  if (keys.some((key) => CLIENT_QUOTAS.has(key)))
    throw new CommandError(
      "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' using --bootstrap-server.",
    );
}

const DEFAULT_ITERATIONS = 4_096;

/** `[iterations=8192,password=secret]` without its brackets. Exported for its test. @throws CommandError */
export function credentialOf(mechanism: ScramMechanism, text: string): ScramCredential {
  const [, rounds, password] = /^(?:iterations=(-?\d*),)?password=(.*)$/s.exec(text) ?? [];
  if (password === undefined)
    throw new CommandError(`Invalid credential property ${mechanism.replaceAll('-', '_')}=${text}`);
  const iterations = rounds === undefined || rounds === '-1' ? DEFAULT_ITERATIONS : Number(rounds);
  if (iterations < SCRAM_ITERATIONS_MIN)
    throw new CommandError(
      `Iterations ${String(iterations)} is less than the minimum ${String(SCRAM_ITERATIONS_MIN)} required for ${mechanism}`,
    );
  return { mechanism, iterations, password };
}

function quotasOf(
  cluster: KafkaCluster,
  types: readonly string[],
  names: readonly string[],
): Promise<readonly EntityQuotas[]> {
  const filters = types.map((type, index) => {
    const name = names[index];
    return { type: quotaType(type), name: name === '' ? null : name };
  });
  return describeClientQuotas(cluster, filters);
}

async function alterQuotas(cluster: KafkaCluster, request: ConfigsRequest): Promise<void> {
  const { types, names, set, remove } = request;
  const [before] = await quotasOf(cluster, types, names);
  const known = new Set(before?.values.map(({ key }) => key));
  const unknown = remove.filter((key) => !known.has(key));
  if (unknown.length > 0) throw new CommandError(`Invalid config(s): ${unknown.join(',')}`);
  const quotas = new Map<string, number | null>(remove.map((key) => [key, null]));
  for (const [key, text] of set) {
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value))
      throw new CommandError(`Cannot parse quota configuration value for ${key}: ${text}`);
    quotas.set(key, value);
  }
  const entity = types.map((type, index) => ({ entityType: quotaType(type), entityName: names[index] || null })); // prettier-ignore
  await alterClientQuotas(cluster, entity, quotas);
}

function quotaType(type: string): QuotaEntityType {
  const found = QUOTA_TYPES[type];
  if (found === undefined) throw new CommandError(`Unexpected entity type ${type}`);
  return found;
}
