/** Test support: users of SASL who speak to a broker on connections of their own, and the ACLs that one of them sets. */
import { type ApiCall, apiCall } from '../../kafka-client/api-call.ts';
import type { Connection } from '../../kafka-client/connection.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import { authenticateWith } from '../../kafka-client/sasl/authenticate.ts';
import { createAclsRequest, createAclsResponse } from '../../protocol/messages/30-create-acls.ts';
import { deleteAclsRequest, deleteAclsResponse } from '../../protocol/messages/31-delete-acls.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { type Acl, AclOperation, PatternType, Permission, ResourceType } from '../security/acl/acl.ts';
import { STANDARD_AUTHORIZER } from '../config/security-keys.ts';

export const PASSWORD = 'correct-horse-battery';
export const USERS = ['root', 'alice', 'bob'] as const;
export type User = (typeof USERS)[number];

/** Of a broker whose listener of clients is SASL with these users, of whom root may do everything. */
export const ACL_SETTINGS: readonly string[] = [
  'sasl.enabled.mechanisms=PLAIN',
  `plain.sasl.jaas.config=a.PlainLoginModule required ${USERS.map((name) => `user_${name}="${PASSWORD}"`).join(' ')};`,
  `authorizer.class.name=${STANDARD_AUTHORIZER}`,
];

const create = apiCall(createAclsRequest, createAclsResponse);
const remove = apiCall(deleteAclsRequest, deleteAclsResponse);

/** For alice on a topic, unless it says otherwise; `deny` or `allow` names the operation. */
export interface Grant {
  readonly allow?: keyof typeof AclOperation;
  readonly deny?: keyof typeof AclOperation;
  readonly on: string;
  readonly type?: keyof typeof ResourceType;
  readonly prefix?: boolean;
  readonly user?: string;
}

export function aclOf({ allow, deny, on, type = 'TOPIC', prefix = false, user = 'alice' }: Grant): Acl {
  return {
    resourceType: ResourceType[type],
    resourceName: on,
    patternType: prefix ? PatternType.PREFIXED : PatternType.LITERAL,
    ...{ principal: `User:${user}`, host: '*', operation: AclOperation[deny ?? allow ?? 'ANY'] },
    permissionType: deny === undefined ? Permission.ALLOW : Permission.DENY,
  };
}

/** A connection of one user. */
export class UserConnection {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(port: number, username: User): Promise<UserConnection> {
    const options = { address: { host: '127.0.0.1', port }, clientId: `test of ${username}` };
    const credentials = { mechanism: 'PLAIN' as const, username, password: PASSWORD };
    return new UserConnection(await openNegotiated(options, authenticateWith(credentials)));
  }

  call<Req extends MessageSchema, Res extends MessageSchema>(
    api: ApiCall<Req, Res>,
    body: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    return this.#connection.call(api, body);
  }

  callVersion<Req extends MessageSchema, Res extends MessageSchema>(
    api: ApiCall<Req, Res>,
    version: number,
    body: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    return this.#connection.callVersion(api, version, body);
  }

  /** Resolves when they hold on the broker that this connection is to, if that is the controller. */
  async grant(...grants: readonly Grant[]): Promise<void> {
    const creations = grants.map(aclOf).map(({ patternType: resourcePatternType, ...acl }) => ({
      ...acl,
      resourcePatternType,
    }));
    const { results } = await this.call(create, { creations });
    const failed = results.find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined)
      throw new Error(`ACL refused: ${String(failed.errorCode)} ${failed.errorMessage ?? ''}`);
  }

  /** All there are; how many. */
  async revokeAll(): Promise<number> {
    const any = { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 };
    const { filterResults } = await this.call(remove, { filters: [any] });
    return filterResults[0]?.matchingAcls.length ?? -1;
  }

  close(): void {
    this.#connection.close();
  }
}
