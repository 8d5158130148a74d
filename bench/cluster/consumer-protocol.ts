/**
 * One large group of the consumer protocol (KIP-848): members that join at once, over connections of their own, as clients do, and do
 * what the coordinator tells them when it tells them. The group is stable when all members are in one epoch, every partition
 * belongs to one of them, and each has said that it has what it was given.
 *
 * Somebody who has nothing to do with the group asks the same broker something small all the while: how long an answer takes at
 * most is how long the group holds everybody up.
 */
import { fork } from 'node:child_process';
import { apiCall } from '../../kafka-client/api-call.ts';
import type { Connection } from '../../kafka-client/connection.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import type { BrokerAddress } from '../../kafka-client/address.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import {
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
  type ConsumerGroupHeartbeatResponse,
} from '../../protocol/messages/68-consumer-group-heartbeat.ts';
import { endWithBench } from './children.ts';
import { connectTo, topicFor, until } from './direct-client.ts';
import { pause, spent, type Part, type Run } from './run.ts';

const findCoordinator = apiCall(findCoordinatorRequest, findCoordinatorResponse, { maxVersion: 2 });
const heartbeat = apiCall(consumerGroupHeartbeatRequest, consumerGroupHeartbeatResponse, { minVersion: 1 });

const groupId = 'consumer-protocol';
const topic = 'consumer-protocol';
const leaving = -1;
const rebalanceTimeoutMs = 60_000;
const answerTimeoutMs = 60_000;
const deadlineMs = 180_000;
const lookMs = 10;

type Assigned = readonly { readonly topicId: string; readonly partitions: readonly number[] }[];

class Member {
  readonly connection: Connection;
  readonly #memberId: string;
  #isOver = false;
  epoch = 0;
  assigned: Assigned = [];
  /** It has said that it has what it was given. */
  isTold = false;
  failure: unknown = null;

  constructor(connection: Connection, memberId: string) {
    this.connection = connection;
    this.#memberId = memberId;
  }

  start(): void {
    this.#belong().catch((error: unknown) => {
      if (!this.#isOver) this.failure = error;
    });
  }

  async leave(): Promise<void> {
    this.#isOver = true;
    const { errorCode, errorMessage } = await this.#beat({ memberEpoch: leaving });
    this.connection.close();
    if (errorCode !== 0) throw new Error(`leaving: error ${errorCode} (${errorMessage ?? ''})`);
  }

  end(): void {
    this.#isOver = true;
    this.connection.close();
  }

  async #belong(): Promise<void> {
    const whole = { rebalanceTimeoutMs, subscribedTopicNames: [topic], topicPartitions: [] };
    let intervalMs = this.#take(await this.#beat({ memberEpoch: 0, ...whole }));
    while (!this.#isOver) {
      // Who was given something, or has to let go of something, says at once that it has done so.
      if (this.isTold) await pause(intervalMs);
      if (this.#isOver) return;
      const owned = this.assigned;
      const answer = await this.#beat({ memberEpoch: this.epoch, topicPartitions: owned });
      this.isTold = true;
      intervalMs = this.#take(answer);
    }
  }

  #beat(fields: {
    memberEpoch: number;
    topicPartitions?: Assigned;
  }): Promise<ConsumerGroupHeartbeatResponse> {
    const request = { groupId, memberId: this.#memberId, ...fields };
    return this.connection.call(heartbeat, request, { timeoutMs: answerTimeoutMs });
  }

  /** Milliseconds until it has to be heard again. */
  #take(answer: ConsumerGroupHeartbeatResponse): number {
    const { errorCode, errorMessage, memberEpoch, assignment, heartbeatIntervalMs } = answer;
    if (errorCode !== 0) throw new Error(`heartbeat: error ${errorCode} (${errorMessage ?? ''})`);
    this.epoch = memberEpoch;
    if (assignment !== null) {
      this.assigned = assignment.topicPartitions;
      this.isTold = false;
    }
    return heartbeatIntervalMs;
  }
}

async function coordinatorOf({ subject }: Run): Promise<BrokerAddress> {
  const cluster = connectTo(subject.bootstrap);
  try {
    return await until(`coordinator of ${groupId}`, async () => {
      const found = await cluster.call('any', findCoordinator, { key: groupId, keyType: 0 });
      return found.errorCode === 0 ? { host: found.host, port: found.port } : null;
    });
  } finally {
    cluster.close();
  }
}

/** Joins and leaves until that is answered: the first group of a cluster makes the topic of offsets. */
async function firstMember(address: BrokerAddress): Promise<void> {
  const connection = await openNegotiated({ address, clientId: 'bench' });
  try {
    await until('a first member', async () => {
      const request = { groupId, memberId: 'first', memberEpoch: 0, rebalanceTimeoutMs };
      const joins = { ...request, subscribedTopicNames: [topic], topicPartitions: [] };
      const { errorCode } = await connection.call(heartbeat, joins);
      return errorCode === 0 ? true : null;
    });
    await connection.call(heartbeat, { groupId, memberId: 'first', memberEpoch: leaving });
  } finally {
    connection.close();
  }
}

function isStable(members: readonly Member[], partitions: number): boolean {
  const epoch = members[0]?.epoch ?? 0;
  if (epoch <= 0 || !members.every((member) => member.epoch === epoch && member.isTold)) return false;
  // Who joined last has nothing until the next assignment; there is at least one for each.
  if (!members.every(({ assigned }) => assigned.length > 0)) return false;
  const given = members.flatMap(({ assigned }) => assigned.flatMap((each) => each.partitions));
  return given.length === partitions && new Set(given).size === partitions;
}

/** Seconds until it is. */
async function stable(members: readonly Member[], partitions: number): Promise<number> {
  const began = performance.now();
  while (!isStable(members, partitions)) {
    const failed = members.find(({ failure }) => failure !== null);
    if (failed !== undefined) throw new Error(`a large group: ${String(failed.failure)}`);
    if (performance.now() - began > deadlineMs)
      throw new Error(`a large group: not stable within ${deadlineMs / 1000} s`);
    await pause(lookMs);
  }
  return (performance.now() - began) / 1000;
}

/** Somebody else asks the broker from now on; resolves to the longest wait when it is told to stop. */
async function askMeanwhile({ host, port }: BrokerAddress): Promise<() => Promise<number>> {
  const child = fork(`${import.meta.dirname}/longest-wait.ts`, [host, String(port)]);
  const forget = endWithBench(() => child.kill('SIGKILL'));
  child.once('close', forget);
  const said = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('close', () => reject(new Error('who asks meanwhile has ended')));
    });
  await said();
  return async () => {
    const longestMs = said();
    child.send('stop');
    return (await longestMs) as number;
  };
}

export const largeConsumerGroup: Part = {
  name: 'groups',
  figures: ['consumerGroupStable', 'consumerGroupCpu', 'consumerGroupWait', 'consumerGroupLeft'],
  async measure(run) {
    const { members: count } = run.sizes;
    // Who leaves has left a partition to somebody.
    const partitions = count;
    await topicFor(run.subject, topic, partitions);
    const address = await coordinatorOf(run);
    await firstMember(address);
    const members: Member[] = [];
    try {
      for (let index = 0; index < count; index++) {
        const connection = await openNegotiated({ address, clientId: 'bench' });
        members.push(new Member(connection, `member-${index}`));
      }
      const longestWait = await askMeanwhile(address);
      const { seconds, cpu } = await spent(run.subject, () => {
        for (const member of members) member.start();
        return stable(members, partitions);
      });
      run.add('consumerGroupStable', seconds);
      run.add('consumerGroupCpu', cpu);
      run.add('consumerGroupWait', await longestWait());
      const began = performance.now();
      await members.pop()?.leave();
      await stable(members, partitions);
      run.add('consumerGroupLeft', (performance.now() - began) / 1000);
    } finally {
      for (const member of members) member.end();
    }
  },
};
