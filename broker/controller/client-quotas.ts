/**
 * Decides AlterClientQuotas and answers DescribeClientQuotas (KIP-546; Kafka's ClientQuotaControlManager and ClientQuotasImage).
 * Each entity of a request is changed wholly or not at all; what a quota does is in broker/quotas.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, refusal } from './command.ts';
import {
  type ClientQuotas,
  type MetadataImage,
  type QuotaEntity,
  quotaEntityKey,
  type QuotaEntityPart,
} from './image.ts';
import { usualAddress } from './ip-address.ts';
import type { ClientQuotaRecord } from './metadata-record.ts';

export interface QuotaAlteration {
  readonly entity: QuotaEntity;
  readonly ops: readonly { readonly key: string; readonly value: number; readonly remove: boolean }[];
}

export interface AlteredQuotas extends CommandError {
  readonly entity: QuotaEntity;
}

/** Match types: 0 the name given, 1 the default, 2 any that has a name or is the default. */
export interface QuotaFilterComponent {
  readonly entityType: string;
  readonly matchType: number;
  readonly match: string | null;
}

export interface DescribedQuotas extends CommandError {
  /** Null when the filter was refused. */
  readonly entries: readonly ClientQuotas[] | null;
}

type QuotaType = 'long' | 'int' | 'double';

const LARGEST: Readonly<Record<QuotaType, number>> = {
  long: 2 ** 63,
  int: 2 ** 31 - 1,
  double: Number.POSITIVE_INFINITY,
};

const OF_CLIENTS: ReadonlyMap<string, QuotaType> = new Map([
  ['producer_byte_rate', 'long'],
  ['consumer_byte_rate', 'long'],
  ['request_percentage', 'double'],
  ['controller_mutation_rate', 'double'],
]);
const OF_ADDRESSES: ReadonlyMap<string, QuotaType> = new Map([['connection_creation_rate', 'int']]);

const ENTITY_TYPES: readonly string[] = ['user', 'client-id', 'ip'];
/** How far a whole number may be from one, as a double. */
const EPSILON = 1e-6;
const MATCH = { exact: 0, default: 1, any: 2 } as const;

const invalid = (message: string): CommandError => refusal(ErrorCode.INVALID_REQUEST, message);

function entityFault(entity: QuotaEntity): CommandError | null {
  if (entity.length === 0) return invalid('Invalid empty client quota entity');
  const seen = new Set<string>();
  for (const { entityType, entityName } of entity) {
    if (seen.has(entityType))
      return invalid(`Invalid client quota entity, duplicate entity entry ${entityType}`);
    seen.add(entityType);
    if (!ENTITY_TYPES.includes(entityType))
      return invalid(`Unhandled client quota entity type: ${entityType}`);
    if (entityName === '') return invalid(`Empty ${entityType} not supported`);
  }
  return null;
}

/** The quotas that an entity may have. */
function keysOf(entity: QuotaEntity): ReadonlyMap<string, QuotaType> | CommandError {
  const address = entity.find(({ entityType }) => entityType === 'ip');
  if (address === undefined) return OF_CLIENTS;
  if (entity.length > 1)
    return invalid(
      'Invalid quota entity combination, IP entity should not be combined with User or ClientId',
    );
  const { entityName } = address;
  // Apache Kafka resolves names, too, at the moment of the request; addresses are all that quotas are looked up by.
  if (entityName !== null && usualAddress(entityName) === null)
    return invalid(`${entityName} is not a valid IP or resolvable host.`);
  return OF_ADDRESSES;
}

function valueFault(key: string, value: number, type: QuotaType | undefined): CommandError | null {
  if (type === undefined) return invalid(`Invalid configuration key ${key}`);
  // Also what is not a number.
  if (!(value > 0)) return invalid(`Quota ${key} must be greater than 0`);
  if (type === 'double') return null;
  if (value > LARGEST[type])
    return invalid(`Proposed value for ${key} is too large for ${type === 'int' ? 'an INT' : 'a LONG'}.`);
  if (Math.abs(Math.floor(value + EPSILON) - value) > EPSILON)
    return invalid(`${key} cannot be a fractional value.`);
  return null;
}

function alterOne(
  { entity, ops }: QuotaAlteration,
  image: MetadataImage,
): ClientQuotaRecord[] | CommandError {
  const fault = entityFault(entity);
  if (fault !== null) return fault;
  const types = keysOf(entity);
  if (!('get' in types)) return types;
  const current = image.clientQuotas.get(quotaEntityKey(entity))?.values;
  const records: ClientQuotaRecord[] = [];
  // The last of several about one quota counts.
  for (const { key, value, remove } of new Map(ops.map((op) => [op.key, op])).values()) {
    const known = current?.get(key);
    if (remove) {
      if (known !== undefined)
        records.push({ type: 'ClientQuotaRecord', entity, key, value: 0, remove: true });
      continue;
    }
    const wrong = valueFault(key, value, types.get(key));
    if (wrong !== null) return wrong;
    if (known !== value) records.push({ type: 'ClientQuotaRecord', entity, key, value, remove: false });
  }
  return records;
}

export function alterClientQuotas(
  entries: readonly QuotaAlteration[],
  validateOnly: boolean,
  image: MetadataImage,
): CommandResult<readonly AlteredQuotas[]> {
  const records: ClientQuotaRecord[] = [];
  const outcomes = new Map<string, AlteredQuotas>();
  // Of several entries for one entity the last counts: Kafka reads the request into a map.
  const last = new Map(entries.map((entry) => [quotaEntityKey(entry.entity), entry]));
  for (const [key, entry] of last) {
    const outcome = alterOne(entry, image);
    const { entity } = entry;
    if (Array.isArray(outcome)) {
      if (!validateOnly) records.push(...outcome);
      outcomes.set(key, { entity, errorCode: 0, errorMessage: null });
    } else outcomes.set(key, { entity, ...outcome });
  }
  return { records, response: [...outcomes.values()] };
}

function filterFault(components: readonly QuotaFilterComponent[]): CommandError | null {
  const types = new Set<string>();
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') return invalid('Invalid empty entity type.');
    if (types.has(entityType))
      return invalid(`Entity type ${entityType} cannot appear more than once in the filter.`);
    types.add(entityType);
    if (!ENTITY_TYPES.includes(entityType))
      return refusal(ErrorCode.UNSUPPORTED_VERSION, `Unsupported entity type ${entityType}`);
    const fault = matchFault(matchType, match);
    if (fault !== null) return invalid(fault);
  }
  if (types.has('ip') && types.size > 1)
    return invalid(
      'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.',
    );
  return null;
}

function matchFault(matchType: number, match: string | null): string | null {
  switch (matchType) {
    case MATCH.exact:
      return match === null ? 'Request specified MATCH_TYPE_EXACT, but set match string to null.' : null;
    case MATCH.default:
      return match === null
        ? null
        : 'Request specified MATCH_TYPE_DEFAULT, but also specified a match string.';
    case MATCH.any:
      return match === null
        ? null
        : 'Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.';
    default:
      return `Unknown match type ${String(matchType)}`;
  }
}

function matches(entity: QuotaEntity, components: readonly QuotaFilterComponent[], strict: boolean): boolean {
  if (strict && entity.length !== components.length) return false;
  return components.every(({ entityType, matchType, match }) => {
    const part = entity.find((each: QuotaEntityPart) => each.entityType === entityType);
    if (part === undefined) return false;
    return matchType === MATCH.any || part.entityName === match;
  });
}

/** `strict`: entities that have a part which no component names are left out. */
export function describeClientQuotas(
  components: readonly QuotaFilterComponent[],
  strict: boolean,
  { clientQuotas }: MetadataImage,
): DescribedQuotas {
  const fault = filterFault(components);
  if (fault !== null) return { ...fault, entries: null };
  const entries = [...clientQuotas.values()].filter(({ entity }) => matches(entity, components, strict));
  return { errorCode: 0, errorMessage: null, entries };
}
