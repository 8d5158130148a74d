/**
 * What one request was refused for want of an ACL, and the line that the operator reads of it. Much is asked only to leave it out of a
 * list, or because either of two rights will do; so what counts is what the answer says.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { AclOperation, ResourceType } from './acl.ts';
import type { Access } from './authorizer.ts';

/** Who asked for what. */
export interface RefusedRequestOf {
  /** Kafka's name of the API. */
  readonly api: string;
  /** `User:alice`. */
  readonly principal: string;
  /** As ACLs write it. */
  readonly host: string;
}

interface Denial {
  readonly operation: AclOperation;
  readonly type: ResourceType;
  /** Null: any resource of the type. */
  readonly name: string | null;
}

const TYPE_OF_ERROR: ReadonlyMap<unknown, ResourceType> = new Map<unknown, ResourceType>([
  [ErrorCode.TOPIC_AUTHORIZATION_FAILED, ResourceType.TOPIC],
  [ErrorCode.GROUP_AUTHORIZATION_FAILED, ResourceType.GROUP],
  [ErrorCode.CLUSTER_AUTHORIZATION_FAILED, ResourceType.CLUSTER],
  [ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ResourceType.TRANSACTIONAL_ID],
]);
/** Kept of one request. */
const MAX_DENIALS = 1_000;
/** Told of one request. */
const MAX_TOLD = 5;
const MAX_NAME_LENGTH = 249;

export class Refusals {
  readonly #denials = new Map<string, Denial>();

  /** The same access, of which every denial is remembered. */
  watching(access: Access): Access {
    const noted = (isAllowed: boolean, denial: Denial): boolean => {
      if (!isAllowed) this.#note(denial);
      return isAllowed;
    };
    return {
      may: (operation, type, name) => noted(access.may(operation, type, name), { operation, type, name }),
      mayOnAny: (operation, type) => noted(access.mayOnAny(operation, type), { operation, type, name: null }),
    };
  }

  #note(denial: Denial): void {
    const { operation, type, name } = denial;
    const key = `${String(operation)} ${String(type)} ${name ?? ''}`;
    if (this.#denials.size < MAX_DENIALS) this.#denials.set(key, denial);
  }

  /** Null: the answer refuses nothing. */
  line(of: RefusedRequestOf, answer: unknown): string | null {
    if (this.#denials.size === 0) return null;
    const types = new Set<ResourceType>();
    collectTypes(answer, types);
    if (types.size === 0) return null;
    // A topic may be refused for a right on the cluster, as to one that fetches as a follower and is none.
    return this.#line(of, ({ type }) => types.has(type)) ?? this.#line(of, () => true);
  }

  /** There is no answer, the connection is closed. Null: it was not for want of an ACL. */
  lineOfClosed(of: RefusedRequestOf): string | null {
    return this.#line(of, () => true);
  }

  #line({ api, principal, host }: RefusedRequestOf, counts: (denial: Denial) => boolean): string | null {
    const told = [...this.#denials.values()].filter(counts).map(inWords);
    if (told.length === 0) return null;
    const more = told.length > MAX_TOLD ? ` and ${String(told.length - MAX_TOLD)} more` : '';
    return `Refused ${api} of ${shortened(principal)} from ${host}: no ACL allows ${told.slice(0, MAX_TOLD).join(', ')}${more}.`;
  }
}

function collectTypes(value: unknown, types: Set<ResourceType>): void {
  if (typeof value !== 'object' || value === null) return;
  // Records may be of any other kind.
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return;
  for (const [name, field] of Object.entries(value)) {
    const type = name.endsWith('rrorCode') ? TYPE_OF_ERROR.get(field) : undefined;
    if (type !== undefined) types.add(type);
    collectTypes(field, types);
  }
}

function inWords({ operation, type, name }: Denial): string {
  const what = `${nameOf(AclOperation, operation)} on`;
  return name === null
    ? `${what} any ${nameOf(ResourceType, type)}`
    : `${what} ${nameOf(ResourceType, type)} ${shortened(name)}`;
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, each]) => each === value)?.[0] ?? String(value);
}

/** Both come from clients. */
export function shortened(text: string): string {
  return text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH)}...` : text;
}
