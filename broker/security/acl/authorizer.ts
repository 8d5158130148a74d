/**
 * Who may do what, as Kafka's StandardAuthorizer decides it (KIP-801).
 *
 * - A super user may do everything. Anybody else may do nothing before this node knows the cluster's ACLs.
 * - Of the ACLs for a resource one that denies wins over any that allow. Without one that fits, it is denied; where the resource
 *   has no ACL at all, it is what `allow.everyone.if.no.acl.found` says.
 * - Who is allowed to READ, WRITE, DELETE or ALTER may DESCRIBE as well, and with ALTER_CONFIGS goes DESCRIBE_CONFIGS. A denial
 *   implies nothing.
 */
import { type Acl, AclOperation, PatternType, Permission, type ResourceType, WILDCARD } from './acl.ts';
import { AclIndex } from './acl-index.ts';

/** `User:NAME;User:OTHER`; null when one of them is no principal. */
export function parseSuperUsers(text: string): ReadonlySet<string> | null {
  const users = text
    .split(';')
    .map((user) => user.trim())
    .filter((user) => user !== '');
  return users.every((user) => user.includes(':')) ? new Set(users) : null;
}

export interface AuthorizerOptions {
  /** `User:alice`. */
  readonly superUsers: ReadonlySet<string>;
  /** allow.everyone.if.no.acl.found */
  readonly allowsWithoutAcl: boolean;
  /** By id. Another map whenever something has changed in it. */
  readonly acls: () => ReadonlyMap<string, Acl>;
  /** This node knows all ACLs that the cluster had when it started. */
  readonly isReady: () => boolean;
  /** Hears a line of each request of which something was refused. */
  readonly onRefusal?: (line: string) => void;
}

/** What one principal may do from one host. */
export interface Access {
  may(operation: AclOperation, type: ResourceType, name: string): boolean;
  /** On any resource of the type at all. */
  mayOnAny(operation: AclOperation, type: ResourceType): boolean;
}

const IMPLIED = new Map<number, ReadonlySet<number>>([
  [
    AclOperation.DESCRIBE,
    new Set([AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER]),
  ],
  [AclOperation.DESCRIBE_CONFIGS, new Set([AclOperation.ALTER_CONFIGS])],
]);

export class Authorizer {
  readonly #options: AuthorizerOptions;
  #acls: ReadonlyMap<string, Acl> | null = null;
  #index = new AclIndex([]);

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  refused(line: string): void {
    this.#options.onRefusal?.(line);
  }

  /** `host` as Java writes an address: IPv6 in eight groups without leading zeros. */
  of(principal: string, host: string): Access {
    const { superUsers, isReady } = this.#options;
    if (superUsers.has(principal)) return { may: () => true, mayOnAny: () => true };
    const everyone = `${principal.slice(0, principal.indexOf(':'))}:${WILDCARD}`;
    const isOfThem = (acl: Acl): boolean =>
      (acl.principal === principal || acl.principal === everyone) &&
      (acl.host === WILDCARD || acl.host === host);
    const may = (operation: AclOperation, type: ResourceType, name: string): boolean =>
      isReady() && this.#decide(operation, this.#current().about(type, name), isOfThem);
    return {
      may,
      mayOnAny: (operation, type) =>
        isReady() &&
        (this.#mayByDefault(operation, type) ||
          allowsSomewhere(
            this.#current()
              .ofType(type)
              .filter((acl) => isOfThem(acl) && isOf(operation, acl)),
          )),
    };
  }

  #decide(operation: AclOperation, about: Iterable<Acl>, isOfThem: (acl: Acl) => boolean): boolean {
    let isAllowed = false;
    let isNobodys = true;
    for (const acl of about) {
      isNobodys = false;
      if (!isOfThem(acl)) continue;
      if (acl.permissionType === Permission.ALLOW)
        isAllowed ||= isOf(operation, acl) || implies(acl, operation);
      // What denies, or what nobody here knows how to read.
      else if (isOf(operation, acl)) return false;
    }
    return isAllowed || (isNobodys && this.#options.allowsWithoutAcl);
  }

  /** Without any ACL all resources that have none are open: there is always one of them. */
  #mayByDefault(operation: AclOperation, type: ResourceType): boolean {
    return (
      this.#options.allowsWithoutAcl &&
      this.#decide(operation, this.#current().about(type, WILDCARD), () => false)
    );
  }

  #current(): AclIndex {
    const acls = this.#options.acls();
    if (acls !== this.#acls) {
      this.#index = new AclIndex(acls.values());
      this.#acls = acls;
    }
    return this.#index;
  }
}

function isOf(operation: AclOperation, acl: Acl): boolean {
  return acl.operation === AclOperation.ALL || acl.operation === operation;
}

function implies(acl: Acl, operation: AclOperation): boolean {
  return IMPLIED.get(operation)?.has(acl.operation) === true;
}

/**
 * Is there a resource that these ACLs, all of one operation, allow and none of them denies? A denial for all of them decides; one
 * for a name or prefix takes away only what it covers (Kafka's Authorizer.authorizeByResourceType).
 */
function allowsSomewhere(acls: readonly Acl[]): boolean {
  const isLiteral = ({ patternType }: Acl): boolean => patternType === PatternType.LITERAL;
  const denied = acls.filter(({ permissionType }) => permissionType !== Permission.ALLOW);
  if (denied.some((acl) => isLiteral(acl) && acl.resourceName === WILDCARD)) return false;
  const deniedNames = new Set(denied.filter(isLiteral).map(({ resourceName }) => resourceName));
  const deniedPrefixes = denied.filter((acl) => !isLiteral(acl)).map(({ resourceName }) => resourceName);
  return acls.some((acl) => {
    const { permissionType, resourceName } = acl;
    if (permissionType !== Permission.ALLOW) return false;
    if (isLiteral(acl) && resourceName === WILDCARD) return true;
    if (isLiteral(acl) && deniedNames.has(resourceName)) return false;
    return !deniedPrefixes.some((prefix) => resourceName.startsWith(prefix));
  });
}
