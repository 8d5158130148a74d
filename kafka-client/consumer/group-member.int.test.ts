/** A member of a classic group whose heartbeats fail, against a scripted coordinator on a real socket. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/11-join-group.ts';
import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/12-heartbeat.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import { consumerProtocolAssignment } from '../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { KafkaCluster } from '../cluster.ts';
import { script, ScriptedBroker, scriptedMetadata } from '../testing/scripted-broker.ts';
import { GroupMember } from './group-member.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const [GROUP_ID, NOT_AUTHORIZED] = ['g', 30];
const coordinators = [{ key: GROUP_ID, nodeId: 0, host: '127.0.0.1', port: 1, errorCode: 0 }];
const assignment = encodeVersioned(consumerProtocolAssignment, 1, {
  ...{ assignedPartitions: [{ topic: 't', partitions: [0] }], userData: null },
});

/** Joined, with heartbeats that are answered so. */
async function memberOf(errorCode: number): Promise<{ member: GroupMember; client: KafkaCluster }> {
  const broker: ScriptedBroker = await ScriptedBroker.start([
    scriptedMetadata(() => [broker]),
    script(findCoordinatorRequest, findCoordinatorResponse, () => ({ coordinators }), 5),
    script(joinGroupRequest, joinGroupResponse, () => ({ memberId: 'm', leader: 'other', generationId: 1 })),
    script(syncGroupRequest, syncGroupResponse, () => ({ assignment })),
    script(heartbeatRequest, heartbeatResponse, () => ({ errorCode })),
  ]);
  const client = new KafkaCluster({ bootstrap: [broker.address], clientId: 'test' });
  cleanUp.push(
    () => broker.stop(),
    () => client.close(),
  );
  const member = new GroupMember(client, {
    ...{ groupId: GROUP_ID, groupInstanceId: 'i', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000 },
    ...{ heartbeatIntervalMs: 20, countPartitions: () => Promise.resolve(new Map()) },
  });
  cleanUp.push(() => member.leave());
  return { member, client };
}

describe('a member whose heartbeats fail', () => {
  it('says what the coordinator says', async () => {
    const { member } = await memberOf(NOT_AUTHORIZED);
    expect(await member.join(['t'])).toEqual([{ topic: 't', partitions: [0] }]);
    await expect.poll(() => member.failure, { timeout: 60_000 }).toMatchObject({ errorCode: NOT_AUTHORIZED });
    expect(member.mustJoin).toBe(true);
  });

  it('says so of a fault in this program, too, which would only look like a rebalance', async () => {
    const { member, client } = await memberOf(0);
    const call = client.call.bind(client) as (...all: unknown[]) => Promise<unknown>;
    const fault = new TypeError('no such field');
    vi.spyOn(client, 'call').mockImplementation((async (...all: unknown[]) => {
      const { request } = all[1] as { request: { apiKey: number } };
      if (request.apiKey === heartbeatRequest.apiKey) throw fault;
      return call(...all);
    }) as typeof client.call);
    await member.join(['t']);
    await expect.poll(() => member.mustJoin, { timeout: 60_000 }).toBe(true);
    expect(member.failure).toBe(fault);
  });
});
