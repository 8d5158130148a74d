/** Rules of consumer groups one by one: each right is missed by itself. */
import { describe, expect, it } from 'vitest';
import { ApiKey } from '../../../protocol/api-keys.ts';
import { AclOperation, ResourceType } from '../../security/acl/acl.ts';
import { startTestServices } from '../test-services.ts';
import type { Access } from '../../security/acl/authorizer.ts';
import type { Asker, Serve } from './access-rule.ts';
import { clientRules } from './rules.ts';

const READ_GROUP = `${String(AclOperation.READ)} ${String(ResourceType.GROUP)} g`;
const DESCRIBE_GROUP = `${String(AclOperation.DESCRIBE)} ${String(ResourceType.GROUP)} g`;
const describeTopic = (name: string): string =>
  `${String(AclOperation.DESCRIBE)} ${String(ResourceType.TOPIC)} ${name}`;

type Known = Parameters<Serve<never, never>>[1];

/** The answer to who has these rights, and what the handler was told beside the request. */
async function ask(key: number, request: object, rights: readonly string[], served: object) {
  const { services } = await startTestServices();
  const access: Access = {
    may: (operation, type, name) => rights.includes(`${String(operation)} ${String(type)} ${name}`),
    mayOnAny: () => false,
  };
  const asker: Asker = {
    ...access,
    quietly: access,
    ...{ apiVersion: 1, services },
    failed: (errorCode) => ({ errorCode }),
  };
  const told: Known[] = [];
  const serve = (_request: unknown, known: Known): Promise<object> => {
    told.push(known);
    return Promise.resolve(served);
  };
  return { answer: await clientRules.get(key)?.apply(request as never, asker, serve), told };
}

describe('a heartbeat of a member of a consumer group', () => {
  const heartbeat = (rights: readonly string[], subscribedTopicNames: readonly string[] | null = ['t']) =>
    ask(ApiKey.ConsumerGroupHeartbeat, { groupId: 'g', subscribedTopicNames }, rights, { errorCode: 0 });

  it('needs the group', async () => {
    const { answer, told } = await heartbeat([describeTopic('t'), DESCRIBE_GROUP]);
    expect([answer, told]).toEqual([{ errorCode: 30 }, []]);
  });

  it('needs every topic that it names', async () => {
    const { answer, told } = await heartbeat([READ_GROUP, describeTopic('t')], ['t', 'u']);
    expect([answer, told]).toEqual([{ errorCode: 29 }, []]);
  });

  it('is served with both, and finds by a pattern only what the member may describe', async () => {
    const { answer, told } = await heartbeat([READ_GROUP, describeTopic('t')]);
    expect(answer).toEqual({ errorCode: 0 });
    expect(['t', 'u'].map((topic) => told[0]?.mayRead?.(topic))).toEqual([true, false]);
    expect((await heartbeat([READ_GROUP], null)).told).toHaveLength(1);
  });
});

describe('a description of a consumer group', () => {
  const assigned = (topicName: string) => ({ topicPartitions: [{ topicName, partitions: [0] }] });
  const group = {
    ...{ groupId: 'g', errorCode: 0, authorizedOperations: -1 },
    members: [{ memberId: 'm', assignment: assigned('t'), targetAssignment: assigned('u') }],
  };
  const describeWith = async (rights: readonly string[], includeAuthorizedOperations = false) => {
    const request = { groupIds: ['g'], includeAuthorizedOperations };
    const { answer } = await ask(ApiKey.ConsumerGroupDescribe, request, rights, { groups: [group] });
    return (answer as { readonly groups: readonly object[] }).groups;
  };

  it('is given to who may describe what its members read and will read', async () => {
    const both = [DESCRIBE_GROUP, describeTopic('t'), describeTopic('u')];
    expect(await describeWith(both)).toEqual([group]);
    for (const topic of ['t', 'u']) {
      const [refused] = await describeWith([DESCRIBE_GROUP, describeTopic(topic)]);
      expect(refused).toMatchObject({ groupId: 'g', errorCode: 29 });
      expect(refused).not.toHaveProperty('members');
    }
  });

  it('says what the asker may do with the group, if asked', async () => {
    const both = [DESCRIBE_GROUP, describeTopic('t'), describeTopic('u')];
    const [described] = await describeWith(both, true);
    expect(described).toMatchObject({ authorizedOperations: 1 << AclOperation.DESCRIBE });
  });
});
