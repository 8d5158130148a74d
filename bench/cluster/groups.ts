/**
 * Consumer groups that come together: members that do nothing but belong to a group, over connections of their own, as clients do. A
 * group is stable when all its members have the assignment of one generation.
 */
import { apiCall } from '../../kafka-client/api-call.ts';
import type { Connection } from '../../kafka-client/connection.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/11-join-group.ts';
import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/12-heartbeat.ts';
import { leaveGroupRequest, leaveGroupResponse } from '../../protocol/messages/13-leave-group.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import { median } from '../figure.ts';
import { connectTo, until } from './direct-client.ts';
import { pause, type Part, type Run } from './run.ts';

const findCoordinator = apiCall(findCoordinatorRequest, findCoordinatorResponse, { maxVersion: 2 });
const joinGroup = apiCall(joinGroupRequest, joinGroupResponse, { maxVersion: 5 });
const syncGroup = apiCall(syncGroupRequest, syncGroupResponse, { maxVersion: 3 });
const heartbeat = apiCall(heartbeatRequest, heartbeatResponse, { maxVersion: 3 });
const leaveGroup = apiCall(leaveGroupRequest, leaveGroupResponse, { maxVersion: 2 });

const sessionMs = 60_000;
/** How often a member asks whether its group comes together anew. */
const heartbeatMs = 300;
/** So seldom the members of the large group would measure themselves: nobody joins anew before having asked. */
const heartbeatOfLargeMs = 20;
/** One departure takes as long as the slowest member's beat; of many the median says something. */
const leavingTurns = 15;
const lookMs = 5;
const deadlineMs = 120_000;
const membersOfEach = 5;
const membersOfLarge = 50;

class Group {
  readonly members: Member[] = [];

  /** All that are left have what the newest generation gave them, and it has no one else. */
  get isStable(): boolean {
    const [first] = this.members;
    const generation = first?.generation ?? 0;
    const size = Math.max(...this.members.map(({ sizeSeen }) => sizeSeen));
    return (
      generation > 0 &&
      size === this.members.length &&
      this.members.every((member) => member.generation === generation && member.isSynced)
    );
  }
}

class Member {
  readonly #connection: Connection;
  readonly #groupId: string;
  readonly #heartbeatMs: number;
  #memberId = '';
  #isOver = false;
  generation = 0;
  isSynced = false;
  /** Members of the generation that this one led; 0 for others. */
  sizeSeen = 0;
  failure: unknown = null;

  constructor(connection: Connection, groupId: string, everyMs: number) {
    this.#connection = connection;
    this.#groupId = groupId;
    this.#heartbeatMs = everyMs;
  }

  start(): void {
    this.#belong().catch((error: unknown) => {
      if (!this.#isOver) this.failure = error;
    });
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    await this.#connection.call(leaveGroup, { groupId: this.#groupId, memberId: this.#memberId });
    this.#connection.close();
  }

  end(): void {
    this.#isOver = true;
    this.#connection.close();
  }

  async #belong(): Promise<void> {
    while (!this.#isOver) {
      if (!(await this.#join())) continue;
      while (!this.#isOver) {
        await pause(this.#heartbeatMs);
        const { errorCode } = await this.#connection.call(heartbeat, this.#identity());
        if (errorCode === 0) continue;
        if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
        break;
      }
    }
  }

  #identity() {
    return { groupId: this.#groupId, generationId: this.generation, memberId: this.#memberId };
  }

  async #join(): Promise<boolean> {
    this.isSynced = false;
    const joined = await this.#connection.call(
      joinGroup,
      {
        ...{ groupId: this.#groupId, memberId: this.#memberId, protocolType: 'consumer' },
        ...{ sessionTimeoutMs: sessionMs, rebalanceTimeoutMs: sessionMs },
        protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
      },
      { timeoutMs: 2 * sessionMs },
    );
    if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
      this.#memberId = joined.memberId;
      return false;
    }
    if (joined.errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
    if (joined.errorCode !== 0) return this.#again();
    this.#memberId = joined.memberId;
    this.generation = joined.generationId;
    this.sizeSeen = joined.members.length;
    const assignments = joined.members.map(({ memberId }) => ({
      memberId,
      assignment: Buffer.from('nothing'),
    }));
    const synced = await this.#connection.call(
      syncGroup,
      { ...this.#identity(), assignments },
      { timeoutMs: 2 * sessionMs },
    );
    if (synced.errorCode !== 0) return this.#again();
    this.isSynced = true;
    return true;
  }

  async #again(): Promise<false> {
    await pause(20);
    return false;
  }
}

async function memberOf({ subject }: Run, groupId: string, everyMs: number): Promise<Member> {
  const cluster = connectTo(subject.bootstrap);
  try {
    const { host, port } = await until(`coordinator of ${groupId}`, async () => {
      const found = await cluster.call('any', findCoordinator, { key: groupId, keyType: 0 });
      return found.errorCode === 0 ? found : null;
    });
    const connection = await openNegotiated({ address: { host, port }, clientId: 'bench' });
    return new Member(connection, groupId, everyMs);
  } finally {
    cluster.close();
  }
}

/** Connected, but not members yet. */
async function gather(run: Run, name: string, count: number, everyMs = heartbeatMs): Promise<Group> {
  const group = new Group();
  for (let index = 0; index < count; index++) group.members.push(await memberOf(run, name, everyMs));
  return group;
}

async function stable(what: string, groups: readonly Group[]): Promise<number> {
  const began = performance.now();
  while (!groups.every(({ isStable }) => isStable)) {
    const failed = groups.flatMap(({ members }) => members).find(({ failure }) => failure !== null);
    if (failed !== undefined) throw new Error(`${what}: ${String(failed.failure)}`);
    if (performance.now() - began > deadlineMs)
      throw new Error(`${what}: not stable within ${deadlineMs / 1000} s`);
    await pause(lookMs);
  }
  return (performance.now() - began) / 1000;
}

function start(groups: readonly Group[]): void {
  for (const { members } of groups) for (const member of members) member.start();
}

function end(groups: readonly Group[]): void {
  for (const { members } of groups) for (const member of members) member.end();
}

/** The first group of a cluster makes the topic of offsets. */
async function firstGroup(run: Run): Promise<void> {
  const group = await gather(run, 'first-group', 1);
  start([group]);
  await stable('the first group', [group]);
  end([group]);
}

export const groupsJoin: Part = {
  name: 'groups',
  figures: ['groupsStable'],
  async measure(run) {
    await firstGroup(run);
    const groups: Group[] = [];
    for (let index = 0; index < run.sizes.groups; index++)
      groups.push(await gather(run, `group-${index}`, membersOfEach));
    try {
      start(groups);
      run.add('groupsStable', await stable('groups', groups));
    } finally {
      end(groups);
    }
  },
};

export const memberLeaves: Part = {
  name: 'groups',
  figures: ['memberLeft'],
  async measure(run) {
    const group = await gather(run, 'large-group', membersOfLarge, heartbeatOfLargeMs);
    const times: number[] = [];
    try {
      start([group]);
      await stable('a large group', [group]);
      for (let turn = 0; turn < leavingTurns; turn++) {
        const leaving = group.members.pop();
        const began = performance.now();
        await leaving?.leave();
        await stable('the others', [group]);
        times.push((performance.now() - began) / 1000);
        const next = await memberOf(run, 'large-group', heartbeatOfLargeMs);
        group.members.push(next);
        next.start();
        await stable('a large group', [group]);
      }
      run.add('memberLeft', median(times));
    } finally {
      end([group]);
    }
  },
};
