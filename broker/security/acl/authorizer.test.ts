/** Decisions as Kafka's StandardAuthorizer makes them: each row says which ACLs there are and what they come to. */
import { describe, expect, it } from 'vitest';
import { type Acl, AclOperation, PatternType, Permission, ResourceType } from './acl.ts';
import { Authorizer, parseSuperUsers } from './authorizer.ts';

const { ALL, READ, WRITE, DELETE, ALTER, CREATE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS } = AclOperation;
const { TOPIC, GROUP } = ResourceType;

interface Written {
  readonly on?: string;
  readonly prefix?: string;
  readonly type?: ResourceType;
  readonly deny?: AclOperation;
  readonly allow?: AclOperation;
  readonly user?: string;
  readonly host?: string;
}

/** For alice from anywhere on the topic `orders`, unless it says otherwise. */
function acl({ on, prefix, type = TOPIC, deny, allow, user = 'User:alice', host = '*' }: Written): Acl {
  return {
    resourceType: type,
    resourceName: prefix ?? on ?? 'orders',
    patternType: prefix === undefined ? PatternType.LITERAL : PatternType.PREFIXED,
    ...{ principal: user, host, operation: deny ?? allow ?? READ },
    permissionType: deny === undefined ? Permission.ALLOW : Permission.DENY,
  };
}

function authorizer(written: readonly Written[], options: { isReady?: boolean; open?: boolean } = {}) {
  const acls = new Map(written.map((each, index) => [String(index), acl(each)]));
  return new Authorizer({
    superUsers: new Set(['User:root']),
    allowsWithoutAcl: options.open ?? false,
    acls: () => acls,
    isReady: () => options.isReady ?? true,
  });
}

const alice = (of: Authorizer, host = '10.0.0.1') => of.of('User:alice', host);

describe('alice, who asks for the topic orders from 10.0.0.1,', () => {
  it.each<[string, boolean, AclOperation, Written[]]>([
    ['without any ACL', false, READ, []],
    ['with her own', true, READ, [{ allow: READ }]],
    ['with another operation', false, WRITE, [{ allow: READ }]],
    ['with all operations', true, WRITE, [{ allow: ALL }]],
    ['with that of somebody else', false, READ, [{ allow: READ, user: 'User:bob' }]],
    ['with that of everybody', true, READ, [{ allow: READ, user: 'User:*' }]],
    ['with that of all groups of principals', false, READ, [{ allow: READ, user: 'Group:*' }]],
    ['from her host', true, READ, [{ allow: READ, host: '10.0.0.1' }]],
    ['from another host', false, READ, [{ allow: READ, host: '10.0.0.2' }]],
    ['on another topic', false, READ, [{ allow: READ, on: 'order' }]],
    ['on all topics', true, READ, [{ allow: READ, on: '*' }]],
    ['on a prefix', true, READ, [{ allow: READ, prefix: 'ord' }]],
    ['on a prefix that is all of it', true, READ, [{ allow: READ, prefix: 'orders' }]],
    ['on a prefix that is longer', false, READ, [{ allow: READ, prefix: 'orders-' }]],
    ['on a prefix of another letter case', false, READ, [{ allow: READ, prefix: 'Ord' }]],
    ['on a prefix of an asterisk', false, READ, [{ allow: READ, prefix: '*' }]],
    ['on a group of that name', false, READ, [{ allow: READ, type: GROUP }]],
    ['denied and allowed', false, READ, [{ allow: READ }, { deny: READ }]],
    ['denied by prefix', false, READ, [{ allow: READ }, { deny: READ, prefix: 'o' }]],
    ['denied for all topics', false, READ, [{ allow: ALL }, { deny: READ, on: '*' }]],
    ['denied for everybody', false, READ, [{ allow: READ }, { deny: READ, user: 'User:*' }]],
    ['denied everything', false, READ, [{ allow: READ }, { deny: ALL }]],
    ['denied something else', true, READ, [{ allow: READ }, { deny: WRITE }]],
    ['denied from another host', true, READ, [{ allow: READ }, { deny: READ, host: '10.0.0.2' }]],
    ['READ implies DESCRIBE', true, DESCRIBE, [{ allow: READ }]],
    ['WRITE implies DESCRIBE', true, DESCRIBE, [{ allow: WRITE }]],
    ['DELETE implies DESCRIBE', true, DESCRIBE, [{ allow: DELETE }]],
    ['ALTER implies DESCRIBE', true, DESCRIBE, [{ allow: ALTER }]],
    ['CREATE does not imply DESCRIBE', false, DESCRIBE, [{ allow: CREATE }]],
    ['DESCRIBE does not imply READ', false, READ, [{ allow: DESCRIBE }]],
    ['ALTER_CONFIGS implies DESCRIBE_CONFIGS', true, DESCRIBE_CONFIGS, [{ allow: ALTER_CONFIGS }]],
    ['ALTER does not imply DESCRIBE_CONFIGS', false, DESCRIBE_CONFIGS, [{ allow: ALTER }]],
    ['ALTER_CONFIGS does not imply DESCRIBE', false, DESCRIBE, [{ allow: ALTER_CONFIGS }]],
    ['a denial implies nothing', true, DESCRIBE, [{ allow: DESCRIBE }, { deny: READ }]],
  ])('%s: %s', (_name, expected, operation, written) => {
    expect(alice(authorizer(written)).may(operation, TOPIC, 'orders')).toBe(expected);
  });

  it('may what no ACL is about where that is said, and only that', () => {
    const open = alice(authorizer([{ allow: READ, user: 'User:bob' }], { open: true }));
    expect(open.may(READ, TOPIC, 'other')).toBe(true);
    expect(open.may(READ, TOPIC, 'orders')).toBe(false);
    expect(open.mayOnAny(WRITE, TOPIC)).toBe(true);
    expect(alice(authorizer([{ deny: WRITE, on: '*' }], { open: true })).mayOnAny(WRITE, TOPIC)).toBe(false);
  });
});

describe('a super user', () => {
  it('may everything, denied or not, before ACLs are known too', () => {
    const root = authorizer([{ deny: ALL, user: 'User:*', on: '*' }], { isReady: false }).of(
      'User:root',
      'x',
    );
    expect([root.may(READ, TOPIC, 'orders'), root.mayOnAny(WRITE, TOPIC)]).toEqual([true, true]);
  });

  it.each([
    ['', []],
    ['User:root', ['User:root']],
    [' User:a ; User:CN=b,O=c;;', ['User:a', 'User:CN=b,O=c']],
    ['root', null],
    ['User:a;root', null],
  ])('stands in super.users as %j', (text, expected) => {
    const users = parseSuperUsers(text);
    expect(users === null ? null : [...users]).toEqual(expected);
  });
});

describe('anybody else', () => {
  it('may nothing while the ACLs are not known', () => {
    const early = alice(authorizer([{ allow: ALL, on: '*' }], { isReady: false, open: true }));
    expect([early.may(READ, TOPIC, 'orders'), early.mayOnAny(WRITE, TOPIC)]).toEqual([false, false]);
  });

  it('is decided on by the ACLs of now', () => {
    let acls = new Map<string, Acl>();
    const options = { superUsers: new Set<string>(), allowsWithoutAcl: false, isReady: () => true };
    const access = new Authorizer({ ...options, acls: () => acls }).of('User:alice', 'x');
    expect(access.may(READ, TOPIC, 'orders')).toBe(false);
    acls = new Map([['1', acl({ allow: READ })]]);
    expect(access.may(READ, TOPIC, 'orders')).toBe(true);
    acls = new Map();
    expect(access.may(READ, TOPIC, 'orders')).toBe(false);
  });
});

describe('writing to any topic at all', () => {
  it.each<[string, boolean, Written[]]>([
    ['without any ACL', false, []],
    ['to one', true, [{ allow: WRITE }]],
    ['with everything', true, [{ allow: ALL }]],
    ['to read is not to write', false, [{ allow: READ }]],
    ['of somebody else', false, [{ allow: WRITE, user: 'User:bob' }]],
    ['from another host', false, [{ allow: WRITE, host: '10.0.0.2' }]],
    ['on a group', false, [{ allow: WRITE, type: GROUP }]],
    ['to a prefix', true, [{ allow: WRITE, prefix: 'ord' }]],
    ['to one that is denied', false, [{ allow: WRITE }, { deny: WRITE }]],
    ['to one that is denied by prefix', false, [{ allow: WRITE }, { deny: ALL, prefix: 'ord' }]],
    [
      'to a prefix within a denied one',
      false,
      [
        { allow: WRITE, prefix: 'ord' },
        { deny: WRITE, prefix: 'o' },
      ],
    ],
    [
      'to a prefix with a denied one within',
      true,
      [
        { allow: WRITE, prefix: 'o' },
        { deny: WRITE, prefix: 'ord' },
      ],
    ],
    ['to a prefix with a denied topic', true, [{ allow: WRITE, prefix: 'ord' }, { deny: WRITE }]],
    [
      'to all but one',
      true,
      [
        { allow: WRITE, on: '*' },
        { deny: WRITE, prefix: 'o' },
      ],
    ],
    ['to none of all', false, [{ allow: WRITE }, { deny: WRITE, on: '*' }]],
    ['where nobody may', false, [{ allow: WRITE }, { deny: WRITE, on: '*', user: 'User:*' }]],
  ])('%s: %s', (_name, expected, written) => {
    expect(alice(authorizer(written)).mayOnAny(WRITE, TOPIC)).toBe(expected);
  });
});
