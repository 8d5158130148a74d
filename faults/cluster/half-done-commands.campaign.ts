/**
 * The active controller is killed while it makes, deletes or moves topics. Whoever asked cannot know whether it was done;
 * but it must have been done whole or not at all, asking again must lead to what was wanted, and when the killed node is
 * back no disk has the folder of a partition that the cluster does not know there.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { deleteTopics } from '../../kafka-client/admin/delete-topics.ts';
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { listReassignments } from '../../kafka-client/admin/list-reassignments.ts';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from '../../protocol/messages/45-alter-partition-reassignments.ts';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const ROUNDS = timesOf(1);
const PARTITIONS = 8;
const TIMEOUT_MS = 5_000;
const SETTLE_MS = 20_000;
const reassignApi = apiCall(alterPartitionReassignmentsRequest, alterPartitionReassignmentsResponse);
const SETTINGS = [...IMPATIENT, 'log.segment.delete.delay.ms=500'];

/** Replicas by partition, sorted; null when there is no such topic. */
type Assignment = readonly (readonly number[])[] | null;

const PLACED = Array.from({ length: PARTITIONS }, (_unused, partition) => [
  partition % 3,
  (partition + 1) % 3,
]);
const MOVED = PLACED.map((replicas) => replicas.map((node) => (node + 1) % 3));
const sorted = (assignment: readonly (readonly number[])[]): number[][] =>
  assignment.map((replicas) => [...replicas].sort());

class Commands {
  readonly client: KafkaCluster;

  constructor(bootstrap: readonly string[]) {
    this.client = new KafkaCluster({
      ...{ bootstrap, clientId: 'commander', connectTimeoutMs: 1_000, requestTimeoutMs: 5_000 },
    });
  }

  async create(name: string): Promise<string | null> {
    const counts = { partitions: -1, replicationFactor: -1, configs: {} };
    const topics = [{ name, ...counts, assignments: PLACED }];
    return (await createTopics(this.client, topics, TIMEOUT_MS))[0]?.error ?? null;
  }

  async delete(name: string): Promise<string | null> {
    return (await deleteTopics(this.client, [name], TIMEOUT_MS))[0]?.error ?? null;
  }

  async move(name: string): Promise<string | null> {
    const partitions = MOVED.map((replicas, partitionIndex) => ({ partitionIndex, replicas }));
    const body = { timeoutMs: TIMEOUT_MS, topics: [{ name, partitions }] };
    const answer = await this.client.call('controller', reassignApi, body, { once: true });
    const codes = answer.responses[0]?.partitions.map(({ errorCode }) => errorCode) ?? [answer.errorCode];
    return codes.every((code) => code === 0) && answer.errorCode === 0 ? null : codes.join(',');
  }

  async assignment(name: string): Promise<Assignment> {
    const answer = await this.client.metadata([name]);
    const topic = answer.topics[0];
    if (topic?.errorCode !== 0) return null;
    const partitions = [...topic.partitions].sort((a, b) => a.partitionIndex - b.partitionIndex);
    if (partitions.some(({ leaderId }) => leaderId < 0)) throw new Error('a partition has no leader yet');
    return sorted(partitions.map(({ replicaNodes }) => replicaNodes));
  }

  /** Asks for it again and again, as whoever got no answer would, until it is done or turns out to have been. */
  async insist(ask: () => Promise<string | null>, done: string): Promise<void> {
    await expect
      .poll(() => ask().catch(async (error: unknown) => this.#refreshAfter(error)), {
        ...{ timeout: SETTLE_MS, interval: 100 },
      })
      .toSatisfy((error) => error === null || error === done);
  }

  async #refreshAfter(error: unknown): Promise<string> {
    await this.client.refresh().catch(() => undefined);
    return String(error);
  }
}

/** Sends it, kills the active controller after so many ms, starts it again. */
async function interrupt(
  cluster: ClusterUnderFault,
  commands: Commands,
  ask: () => Promise<string | null>,
  afterMs: number,
): Promise<void> {
  const active = (await describeQuorum(commands.client))?.leaderId ?? 0;
  const asked = ask().catch(() => 'unknown');
  await pause(afterMs);
  await cluster.kill(active);
  await asked;
  await commands.client.refresh().catch(() => undefined);
  await cluster.start(active);
}

/** What each node's disk has of the topic is exactly what the cluster says it should have. */
async function expectNoOrphans(cluster: ClusterUnderFault, name: string, owed: Assignment): Promise<void> {
  for (const { id, dataDirectory } of cluster.nodes) {
    const wanted = (owed ?? []).flatMap((replicas, index) =>
      replicas.includes(id) ? [`${name}-${String(index)}`] : [],
    );
    await expect
      .poll(
        () =>
          readdirSync(dataDirectory)
            .filter((folder) => folder.startsWith(`${name}-`) || folder.startsWith(`${name}.`))
            .sort(),
        { timeout: SETTLE_MS, interval: 200, message: `folders of ${name} on node ${String(id)}` },
      )
      .toEqual(wanted);
  }
}

/** The command was done whole or not at all; gives which. */
async function expectOneOf(
  commands: Commands,
  name: string,
  states: readonly Assignment[],
): Promise<Assignment> {
  const settled = async (): Promise<Assignment | 'not yet'> => {
    const moving = await listReassignments(commands.client, TIMEOUT_MS).catch(() => null);
    if (moving === null || moving.some(({ topic }) => topic === name)) return 'not yet';
    return commands.assignment(name).catch(() => 'not yet' as const);
  };
  const endMs = performance.now() + SETTLE_MS;
  for (;;) {
    // The broker that answers may not have heard of the end of a move yet.
    const found = await settled();
    const known = found === 'not yet' ? -1 : states.findIndex((state) => isDeepStrictEqual(state, found));
    if (known >= 0) return states[known] ?? null;
    if (performance.now() > endMs)
      throw new Error(`${name} is neither as it was nor as it shall be: ${JSON.stringify(found)}`);
    await pause(100);
  }
}

it(
  'does whole or not at all what a killed controller was asked for',
  { timeout: 180_000 + ROUNDS * 60_000 },
  async () => {
    const cluster = await ClusterUnderFault.start({ settings: SETTINGS });
    const outcomes: string[] = [];
    await underLoad(cluster, {}, async ({ progress }) => {
      const commands = new Commands(cluster.bootstrap);
      const [placed, moved] = [sorted(PLACED), sorted(MOVED)];
      for (let round = 0; round < ROUNDS; round++) {
        const name = `half-done-${String(round)}`;
        // From before it is decided to after it is answered.
        const afterMs = 3 + ((round * 7) % 30);
        const check = async (what: string, before: Assignment, after: Assignment): Promise<void> => {
          const found = await expectOneOf(commands, name, [before, after]);
          outcomes.push(`${what} after ${String(afterMs)} ms: ${found === after ? 'done' : 'not done'}`);
          await expectNoOrphans(cluster, name, found);
        };
        await interrupt(cluster, commands, () => commands.create(name), afterMs);
        await check('create', null, placed);
        await commands.insist(() => commands.create(name), 'TOPIC_ALREADY_EXISTS');
        await interrupt(cluster, commands, () => commands.move(name), afterMs);
        await check('move', placed, moved);
        await commands.insist(() => commands.move(name), '');
        await expect
          .poll(() => commands.assignment(name).catch(() => null), { timeout: SETTLE_MS })
          .toEqual(moved);
        await interrupt(cluster, commands, () => commands.delete(name), afterMs);
        await check('delete', moved, null);
        await commands.insist(() => commands.delete(name), 'UNKNOWN_TOPIC_OR_PARTITION');
        await expectNoOrphans(cluster, name, null);
        await progress(100, 20_000);
      }
      commands.client.close();
    });
    console.log(outcomes.join('; '));
  },
);
