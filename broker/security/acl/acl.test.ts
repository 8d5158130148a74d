/** Which ACLs a filter means, as Kafka's ResourcePatternFilter and AccessControlEntryFilter say. */
import { describe, expect, it } from 'vitest';
import {
  type Acl,
  type AclFilter,
  aclKey,
  AclOperation,
  matches,
  PatternType,
  Permission,
  ResourceType,
} from './acl.ts';

const acl: Acl = {
  resourceType: ResourceType.TOPIC,
  resourceName: 'orders',
  patternType: PatternType.LITERAL,
  principal: 'User:alice',
  host: '*',
  operation: AclOperation.READ,
  permissionType: Permission.ALLOW,
};
const any: AclFilter = {
  resourceType: ResourceType.ANY,
  resourceName: null,
  patternType: PatternType.ANY,
  principal: null,
  host: null,
  operation: AclOperation.ANY,
  permissionType: Permission.ANY,
};
const prefix: Acl = { ...acl, resourceName: 'ord', patternType: PatternType.PREFIXED };
const everything: Acl = { ...acl, resourceName: '*' };

describe('a filter', () => {
  it.each<[string, Partial<AclFilter>, Partial<Acl>, boolean]>([
    ['for anything', {}, {}, true],
    ['of the same type', { resourceType: ResourceType.TOPIC }, {}, true],
    ['of another type', { resourceType: ResourceType.GROUP }, {}, false],
    ['with the name', { resourceName: 'orders' }, {}, true],
    ['with another name', { resourceName: 'order' }, {}, false],
    ['with the name of a prefix', { resourceName: 'ord' }, prefix, true],
    ['with a name that a prefix covers', { resourceName: 'orders' }, prefix, false],
    ['for literals, of a prefix', { patternType: PatternType.LITERAL }, prefix, false],
    ['for prefixes', { patternType: PatternType.PREFIXED }, prefix, true],
    ['for prefixes, of a literal', { patternType: PatternType.PREFIXED }, {}, false],
    ['MATCH without a name', { patternType: PatternType.MATCH }, prefix, true],
    ['MATCH of the name', { patternType: PatternType.MATCH, resourceName: 'orders' }, {}, true],
    ['MATCH of a covered name', { patternType: PatternType.MATCH, resourceName: 'orders' }, prefix, true],
    ['MATCH of the wildcard', { patternType: PatternType.MATCH, resourceName: 'orders' }, everything, true],
    [
      'LITERAL of the wildcard',
      { patternType: PatternType.LITERAL, resourceName: 'orders' },
      everything,
      false,
    ],
    ['MATCH of another name', { patternType: PatternType.MATCH, resourceName: 'or' }, prefix, false],
    ['for the principal', { principal: 'User:alice' }, {}, true],
    ['for another principal', { principal: 'User:bob' }, {}, false],
    ['for the host', { host: '*' }, {}, true],
    ['for another host', { host: '10.0.0.1' }, {}, false],
    ['for the operation', { operation: AclOperation.READ }, {}, true],
    ['for another operation', { operation: AclOperation.DESCRIBE }, {}, false],
    ['for the permission', { permissionType: Permission.ALLOW }, {}, true],
    ['for the other permission', { permissionType: Permission.DENY }, {}, false],
  ])('%s', (_name, filter, own, expected) => {
    expect(matches({ ...any, ...filter }, { ...acl, ...own })).toBe(expected);
  });

  it('and a key that differs in each part', () => {
    const others: Partial<Acl>[] = [
      ...[{ resourceType: 3 }, { resourceName: 'x' }, { patternType: 4 }, { principal: 'x' }],
      ...[{ host: 'x' }, { operation: 4 }, { permissionType: 2 }],
    ];
    const keys = new Set([{}, ...others].map((other) => aclKey({ ...acl, ...other })));
    expect(keys.size).toBe(others.length + 1);
    expect(aclKey({ ...acl })).toBe(aclKey(acl));
  });
});
