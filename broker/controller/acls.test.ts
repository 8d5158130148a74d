/** ACLs as Kafka's AclControlManager makes and deletes them, stored as records and told by pattern. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import {
  type Acl,
  type AclFilter,
  AclOperation,
  PatternType,
  Permission,
  ResourceType,
} from '../security/acl/acl.ts';
import { createAcls, deleteAcls, describeAcls } from './acls.ts';
import { TestCluster } from './cluster-test-kit.ts';
import { MAX_RECORDS_PER_COMMAND } from './metadata-record.ts';

const read: Acl = {
  resourceType: ResourceType.TOPIC,
  resourceName: 'orders',
  patternType: PatternType.LITERAL,
  principal: 'User:alice',
  host: '*',
  operation: AclOperation.READ,
  permissionType: Permission.ALLOW,
};
const write: Acl = { ...read, operation: AclOperation.WRITE };
const prefix: Acl = {
  ...read,
  resourceName: 'ord',
  patternType: PatternType.PREFIXED,
  principal: 'User:bob',
};
const anything: AclFilter = {
  ...{ resourceType: 1, resourceName: null, patternType: 1, principal: null, host: null },
  ...{ operation: 1, permissionType: 1 },
};

let ids = 0;
const newId = (): string => {
  ids += 1;
  const bytes = Buffer.alloc(16);
  bytes.writeInt32BE(ids, 12);
  return bytes.toString('base64url');
};

function create(on: TestCluster, ...acls: readonly Acl[]) {
  const { records, response } = createAcls(acls, on.image, newId);
  on.replay(records);
  return { written: records.length, codes: response.map(({ errorCode }) => errorOf(errorCode).name) };
}

function remove(on: TestCluster, ...filters: readonly Partial<AclFilter>[]) {
  const { records, response } = deleteAcls(
    filters.map((filter) => ({ ...anything, ...filter })),
    on.image,
  );
  on.replay(records);
  return { written: records.length, deleted: response.map(({ deleted }) => deleted) };
}

describe('ACLs', () => {
  it('are made once, however often they are said, and told by pattern', () => {
    const on = new TestCluster();
    expect(create(on, read, read, write)).toEqual({ written: 2, codes: ['NONE', 'NONE', 'NONE'] });
    expect(create(on, write, prefix)).toEqual({ written: 1, codes: ['NONE', 'NONE'] });
    expect(describeAcls(anything, on.image)).toMatchObject([
      { resourceName: 'orders', patternType: PatternType.LITERAL, acls: [read, write] },
      { resourceName: 'ord', patternType: PatternType.PREFIXED, acls: [prefix] },
    ]);
    expect(describeAcls({ ...anything, principal: 'User:carol' }, on.image)).toEqual([]);
  });

  it('are deleted once, and told to each filter that means them', () => {
    const on = new TestCluster();
    create(on, read, write, prefix);
    const filters = [{ principal: 'User:alice' }, { operation: AclOperation.WRITE }, { host: 'x' }];
    expect(remove(on, ...filters)).toEqual({ written: 2, deleted: [[read, write], [write], []] });
    expect([...on.image.acls.values()]).toEqual([prefix]);
    expect(remove(on, {}).written).toBe(1);
    expect(on.image.acls.size).toBe(0);
  });

  it.each<[string, Partial<Acl>]>([
    ['only valid name for the CLUSTER', { resourceType: ResourceType.CLUSTER, resourceName: 'x' }],
    ['empty resource name', { resourceName: '' }],
    ['resourceType', { resourceType: ResourceType.ANY }],
    ['resourceType', { resourceType: 99 }],
    ['patternType', { patternType: PatternType.MATCH }],
    ['patternType', { patternType: PatternType.ANY }],
    ['patternType', { patternType: 0 }],
    ['operation', { operation: AclOperation.ANY }],
    ['operation', { operation: 99 }],
    ['permissionType', { permissionType: Permission.ANY }],
    ['permissionType', { permissionType: 0 }],
    ['no colon is present', { principal: 'alice' }],
  ])('are refused for %s', (reason, fault) => {
    const on = new TestCluster();
    const { records, response } = createAcls([{ ...read, ...fault }, write], on.image, newId);
    expect(response).toMatchObject([
      { errorCode: 42, errorMessage: expect.stringContaining(reason) as string },
      { errorCode: 0, errorMessage: null },
    ]);
    expect(records).toHaveLength(1);
  });

  it.each([{ resourceType: 0 }, { patternType: 9 }, { operation: 99 }, { permissionType: 4 }])(
    'are not looked for by %j, which nobody knows',
    (filter) => {
      const on = new TestCluster();
      create(on, read);
      const { records, response } = deleteAcls([{ ...anything, ...filter }], on.image);
      expect(records).toEqual([]);
      expect(response).toMatchObject([{ errorCode: 42, deleted: [] }]);
    },
  );

  it('are not more in one request than one batch of records holds', () => {
    const on = new TestCluster();
    const many = Array.from({ length: MAX_RECORDS_PER_COMMAND + 1 }, (_, index) => ({
      ...read,
      resourceName: `t${String(index)}`,
    }));
    expect(createAcls(many, on.image, newId)).toMatchObject({ records: [] });
    const enough = createAcls(many.slice(1), on.image, newId);
    expect(enough.records).toHaveLength(MAX_RECORDS_PER_COMMAND);
    on.replay(enough.records);
    create(on, write);
    const refused = deleteAcls([anything], on.image);
    expect(refused).toMatchObject({ records: [], response: [{ errorCode: 42, deleted: [] }] });
  });
});
