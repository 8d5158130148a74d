/**
 * Decides CreateAcls and DeleteAcls and answers DescribeAcls (KIP-140; Kafka's AclControlManager and AclApis). Each of a request is
 * done or refused on its own; an ACL that is there already is left as it is, and one that two filters mean is deleted once.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type Acl,
  type AclFilter,
  aclKey,
  AclOperation,
  CLUSTER_NAME,
  isCodeOf,
  matches,
  PatternType,
  Permission,
  ResourceType,
} from '../security/acl/acl.ts';
import { type CommandError, type CommandResult, refusal } from './command.ts';
import type { MetadataImage } from './image.ts';
import { MAX_RECORDS_PER_COMMAND, type MetadataRecord } from './metadata-record.ts';

const DONE: CommandError = { errorCode: 0, errorMessage: null };

export interface DeletedAcls extends CommandError {
  readonly deleted: readonly Acl[];
}

/** Those of one resource pattern. */
export interface AclsOfPattern {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly acls: readonly Acl[];
}

type Codes = Readonly<Record<string, number>>;

/** What a stored ACL may have there: `any` and the patterns of filters mean nothing in one. */
function isSettled(codes: Codes, code: number, ...unsettled: readonly number[]): boolean {
  return isCodeOf(codes, code) && !unsettled.includes(code);
}

function aclFault(acl: Acl): string | null {
  const { resourceType, resourceName, patternType, principal, operation, permissionType } = acl;
  if (resourceType === ResourceType.CLUSTER && resourceName !== CLUSTER_NAME)
    return `The only valid name for the CLUSTER resource is ${CLUSTER_NAME}`;
  if (resourceName === '') return 'Invalid empty resource name';
  if (!isSettled(ResourceType, resourceType, ResourceType.ANY))
    return `Invalid resourceType ${String(resourceType)}`;
  if (!isSettled(PatternType, patternType, PatternType.ANY, PatternType.MATCH))
    return `Invalid patternType ${String(patternType)}`;
  if (!isSettled(AclOperation, operation, AclOperation.ANY)) return `Invalid operation ${String(operation)}`;
  if (!isSettled(Permission, permissionType, Permission.ANY))
    return `Invalid permissionType ${String(permissionType)}`;
  if (!principal.includes(':')) {
    return (
      `Could not parse principal from \`${principal}\` ` +
      '(no colon is present separating the principal type from the principal name)'
    );
  }
  return null;
}

/** What a filter says of resources or of entries with a code that nobody knows. */
export function filterFault(filter: AclFilter): CommandError | null {
  const { resourceType, patternType, operation, permissionType } = filter;
  if (!isCodeOf(ResourceType, resourceType) || !isCodeOf(PatternType, patternType))
    return refusal(ErrorCode.INVALID_REQUEST, 'Unknown patternFilter.');
  if (!isCodeOf(AclOperation, operation) || !isCodeOf(Permission, permissionType))
    return refusal(ErrorCode.INVALID_REQUEST, 'Unknown entryFilter.');
  return null;
}

function tooMany<Response>(response: Response): CommandResult<Response> {
  return { records: [], response };
}

const TOO_MANY = refusal(
  ErrorCode.INVALID_REQUEST,
  `One request may change at most ${String(MAX_RECORDS_PER_COMMAND)} ACLs.`,
);

/** One answer for each, in their order. */
export function createAcls(
  acls: readonly Acl[],
  { acls: existing }: MetadataImage,
  newAclId: () => string,
): CommandResult<readonly CommandError[]> {
  const known = new Set([...existing.values()].map(aclKey));
  const records: MetadataRecord[] = [];
  const response = acls.map((acl) => {
    const fault = aclFault(acl);
    if (fault !== null) return refusal(ErrorCode.INVALID_REQUEST, fault);
    const key = aclKey(acl);
    if (known.has(key)) return DONE;
    known.add(key);
    records.push({ type: 'AccessControlEntryRecord', id: newAclId(), ...acl });
    return DONE;
  });
  if (records.length > MAX_RECORDS_PER_COMMAND) return tooMany(acls.map(() => TOO_MANY));
  return { records, response };
}

/** One answer for each filter, in their order. */
export function deleteAcls(
  filters: readonly AclFilter[],
  { acls }: MetadataImage,
): CommandResult<readonly DeletedAcls[]> {
  const removed = new Set<string>();
  const response = filters.map((filter) => {
    const fault = filterFault(filter);
    if (fault !== null) return { ...fault, deleted: [] };
    const meant = [...acls].filter(([, acl]) => matches(filter, acl));
    for (const [id] of meant) removed.add(id);
    return { ...DONE, deleted: meant.map(([, acl]) => acl) };
  });
  if (removed.size > MAX_RECORDS_PER_COMMAND)
    return tooMany(filters.map(() => ({ ...TOO_MANY, deleted: [] })));
  const records = [...removed].map((id) => ({ type: 'RemoveAccessControlEntryRecord' as const, id }));
  return { records, response };
}

export function describeAcls(filter: AclFilter, { acls }: MetadataImage): readonly AclsOfPattern[] {
  const patterns = new Map<string, AclsOfPattern & { readonly acls: Acl[] }>();
  for (const acl of acls.values()) {
    if (!matches(filter, acl)) continue;
    const { resourceType, resourceName, patternType } = acl;
    const key = JSON.stringify([resourceType, resourceName, patternType]);
    const own = patterns.get(key) ?? { resourceType, resourceName, patternType, acls: [] };
    own.acls.push(acl);
    patterns.set(key, own);
  }
  return [...patterns.values()];
}
