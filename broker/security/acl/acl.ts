/**
 * What an ACL says: a principal, from a host, is or is not allowed an operation on the resources of a pattern (KIP-11, KIP-290).
 * Names and numbers are those of Kafka's ResourceType, PatternType, AclOperation and AclPermissionType.
 */

export const ResourceType = {
  ANY: 1,
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const;
export type ResourceType = (typeof ResourceType)[keyof typeof ResourceType];

export const PatternType = { ANY: 1, MATCH: 2, LITERAL: 3, PREFIXED: 4 } as const;
export type PatternType = (typeof PatternType)[keyof typeof PatternType];

export const AclOperation = {
  ANY: 1,
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const;
export type AclOperation = (typeof AclOperation)[keyof typeof AclOperation];

export const Permission = { ANY: 1, DENY: 2, ALLOW: 3 } as const;
export type Permission = (typeof Permission)[keyof typeof Permission];

/** As the name of a literal pattern all resources of its type, as a host all hosts, as the name of a principal all of its type. */
export const WILDCARD = '*';
/** The only resource of type CLUSTER. */
export const CLUSTER_NAME = 'kafka-cluster';

/** Codes are numbers as stored: a record of a newer Kafka may hold one that has no name here, and then it fits nothing. */
export interface Acl {
  readonly resourceType: number;
  readonly resourceName: string;
  /** LITERAL or PREFIXED. */
  readonly patternType: number;
  /** `User:alice`. */
  readonly principal: string;
  /** An address as Java writes it, or WILDCARD. */
  readonly host: string;
  readonly operation: number;
  /** DENY or ALLOW. */
  readonly permissionType: number;
}

/** Which ACLs are meant; null is any. */
export interface AclFilter {
  readonly resourceType: number;
  readonly resourceName: string | null;
  /** ANY: of all patterns with this name. MATCH: of all that apply to a resource of this name. */
  readonly patternType: number;
  readonly principal: string | null;
  readonly host: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

export function isCodeOf(codes: Readonly<Record<string, number>>, code: number): boolean {
  return Object.values(codes).includes(code);
}

/** Two ACLs that say the same have the same key. */
export function aclKey(acl: Acl): string {
  const { resourceType, resourceName, patternType, principal, host, operation, permissionType } = acl;
  return JSON.stringify([
    ...[resourceType, patternType, resourceName, principal],
    ...[host, operation, permissionType],
  ]);
}

/** Is the resource of that name among those of the pattern? The resource types are the same. */
function covers({ patternType, resourceName }: Acl, name: string): boolean {
  if (patternType === PatternType.PREFIXED) return name.startsWith(resourceName);
  return patternType === PatternType.LITERAL && (resourceName === name || resourceName === WILDCARD);
}

function namesMatch(filter: AclFilter, acl: Acl): boolean {
  const { patternType, resourceName } = filter;
  const isMatch = patternType === PatternType.MATCH;
  if (!isMatch && patternType !== PatternType.ANY && patternType !== acl.patternType) return false;
  if (resourceName === null) return true;
  return isMatch ? covers(acl, resourceName) : resourceName === acl.resourceName;
}

/** Kafka's AclBindingFilter.matches. */
export function matches(filter: AclFilter, acl: Acl): boolean {
  const { resourceType, principal, host, operation, permissionType } = filter;
  return (
    (resourceType === ResourceType.ANY || resourceType === acl.resourceType) &&
    namesMatch(filter, acl) &&
    (principal === null || principal === acl.principal) &&
    (host === null || host === acl.host) &&
    (operation === AclOperation.ANY || operation === acl.operation) &&
    (permissionType === Permission.ANY || permissionType === acl.permissionType)
  );
}
