/**
 * The active controller is killed while it makes, deletes or moves topics, and once while nobody hears it any more. Who gets no answer
 * cannot know whether it was done; but it must have been done whole or not at all, what was acknowledged must have been done,
 * asking again must lead to what was wanted, and when the killed node is back no disk has the folder of a partition that
 * the cluster does not know there.
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
import { RawClient } from '../../broker/integration/raw-client.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../../protocol/messages/20-delete-topics.ts';
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from '../../protocol/messages/45-alter-partition-reassignments.ts';
import type { Decoded } from '../../protocol/schema/notation.ts';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const ROUNDS = timesOf(1);
const PARTITIONS = 8;
const TIMEOUT_MS = 5_000;
/** Longer than a controller that nobody hears takes to give up. */
const UNHEARD_MS = 8_000;
const ALL = [0, 1, 2];
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
    return outcomeOfMove(await this.client.call('controller', reassignApi, moveOf(name), { once: true }));
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

function moveOf(name: string) {
  const partitions = MOVED.map((replicas, partitionIndex) => ({ partitionIndex, replicas }));
  return { timeoutMs: TIMEOUT_MS, topics: [{ name, partitions }] };
}

/** Null when all of it is under way. */
function outcomeOfMove({ responses, errorCode }: Decoded<typeof alterPartitionReassignmentsResponse>) {
  const codes = responses[0]?.partitions.map((partition) => partition.errorCode) ?? [errorCode];
  return codes.every((code) => code === 0) && errorCode === 0 ? null : codes.join(',');
}

/** Sends it, kills the active controller after so many ms, starts it again. Gives what was answered, null for done. */
async function interrupt(
  cluster: ClusterUnderFault,
  commands: Commands,
  ask: () => Promise<string | null>,
  afterMs: number,
): Promise<string | null> {
  const active = (await describeQuorum(commands.client))?.leaderId ?? 0;
  const asked = ask().catch(() => 'unknown');
  await pause(afterMs);
  await cluster.kill(active);
  const answer = await asked;
  await commands.client.refresh().catch(() => undefined);
  await cluster.start(active);
  return answer;
}

/** What one node says to it; 'unknown' when it says nothing in time. It is asked by a connection of its own. */
async function askOnly(
  port: number,
  ask: (client: RawClient) => Promise<string | null>,
): Promise<string | null> {
  const client = await RawClient.connect(port);
  const silence = pause(UNHEARD_MS, 'unknown', { ref: false });
  const answer = await Promise.race([ask(client).catch(() => 'unknown'), silence]);
  client.close();
  return answer;
}

interface Asked {
  readonly create: string | null;
  readonly move: string | null;
  readonly delete: string | null;
}

/** Cuts the active controller off from the other nodes, asks it for three things, kills it and starts it again. */
async function askUnheard(
  cluster: ClusterUnderFault,
  commands: Commands,
  names: { readonly create: string; readonly move: string; readonly delete: string },
): Promise<Asked> {
  const active = (await describeQuorum(commands.client))?.leaderId ?? 0;
  const { port } = cluster.node(active);
  cluster.links.isolate(active, ALL);
  const assignments = PLACED.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds }));
  const topic = { name: names.create, numPartitions: -1, replicationFactor: -1, assignments, configs: [] };
  const textOf = (code: number | undefined): string | null => (code === 0 ? null : String(code));
  const [created, moved, deleted] = await Promise.all([
    askOnly(port, async (client) => {
      const body = { topics: [topic], timeoutMs: TIMEOUT_MS };
      const answer = await client.request(createTopicsRequest, createTopicsResponse, 5, body);
      return textOf(answer.topics[0]?.errorCode);
    }),
    askOnly(port, async (client) => {
      const body = moveOf(names.move);
      return outcomeOfMove(
        await client.request(
          alterPartitionReassignmentsRequest,
          alterPartitionReassignmentsResponse,
          0,
          body,
        ),
      );
    }),
    askOnly(port, async (client) => {
      const body = { topicNames: [names.delete], timeoutMs: TIMEOUT_MS };
      const answer = await client.request(deleteTopicsRequest, deleteTopicsResponse, 5, body);
      return textOf(answer.responses[0]?.errorCode);
    }),
  ]);
  await cluster.kill(active);
  cluster.links.mend();
  await commands.client.refresh().catch(() => undefined);
  await cluster.start(active);
  return { create: created, move: moved, delete: deleted };
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

/** One campaign's commands and what became of them. */
class HalfDone {
  readonly outcomes: string[] = [];
  readonly #cluster: ClusterUnderFault;
  readonly commands: Commands;

  constructor(cluster: ClusterUnderFault) {
    this.#cluster = cluster;
    this.commands = new Commands(cluster.bootstrap);
  }

  /** Holds what is there against what was answered. */
  async check(
    what: string,
    name: string,
    answer: string | null,
    [before, after]: readonly [Assignment, Assignment],
  ): Promise<void> {
    const found = await expectOneOf(this.commands, name, [before, after]);
    this.outcomes.push(`${what}: ${found === after ? 'done' : 'not done'}`);
    if (answer === null) expect(found, `${what} was acknowledged`).toEqual(after);
    await expectNoOrphans(this.#cluster, name, found);
  }

  /** Creates, moves and deletes a topic, and has each interrupted. */
  async interruptEach(name: string, afterMs: number): Promise<void> {
    const { commands } = this;
    const [placed, moved] = [sorted(PLACED), sorted(MOVED)];
    const strike = async (
      verb: 'create' | 'move' | 'delete',
      states: readonly [Assignment, Assignment],
    ): Promise<void> => {
      const answer = await interrupt(this.#cluster, commands, () => commands[verb](name), afterMs);
      await this.check(`${verb} after ${String(afterMs)} ms`, name, answer, states);
    };
    await strike('create', [null, placed]);
    await commands.insist(() => commands.create(name), 'TOPIC_ALREADY_EXISTS');
    await strike('move', [placed, moved]);
    await commands.insist(() => commands.move(name), '');
    await expect
      .poll(() => commands.assignment(name).catch(() => null), { timeout: SETTLE_MS })
      .toEqual(moved);
    await strike('delete', [moved, null]);
    await commands.insist(() => commands.delete(name), 'UNKNOWN_TOPIC_OR_PARTITION');
    await expectNoOrphans(this.#cluster, name, null);
  }

  /** Has a controller that nobody hears say what it has done. */
  async askUnheard(prefix: string): Promise<void> {
    const { commands } = this;
    const [placed, moved] = [sorted(PLACED), sorted(MOVED)];
    const names = { create: `${prefix}-create`, move: `${prefix}-move`, delete: `${prefix}-delete` };
    for (const name of [names.move, names.delete]) {
      await commands.insist(() => commands.create(name), 'TOPIC_ALREADY_EXISTS');
      await expect
        .poll(() => commands.assignment(name).catch(() => null), { timeout: SETTLE_MS })
        .toEqual(placed);
    }
    const asked = await askUnheard(this.#cluster, commands, names);
    await this.check('create unheard', names.create, asked.create, [null, placed]);
    await this.check('move unheard', names.move, asked.move, [placed, moved]);
    await this.check('delete unheard', names.delete, asked.delete, [placed, null]);
  }
}

it(
  'does whole or not at all what a killed controller was asked for',
  { timeout: 240_000 + ROUNDS * 90_000 },
  async () => {
    const cluster = await ClusterUnderFault.start({ settings: SETTINGS });
    await underLoad(cluster, {}, async ({ progress }) => {
      const halfDone = new HalfDone(cluster);
      for (let round = 0; round < ROUNDS; round++) {
        // From before it is decided to after it is answered.
        await halfDone.interruptEach(`half-done-${String(round)}`, 3 + ((round * 7) % 30));
        await progress(100, 20_000);
        await halfDone.askUnheard(`unheard-${String(round)}`);
        await progress(100, 20_000);
      }
      halfDone.commands.client.close();
      console.log(halfDone.outcomes.join('; '));
    });
  },
);
