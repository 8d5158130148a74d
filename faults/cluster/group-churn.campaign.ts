/**
 * Fifty members come, leave and are killed at random, static and dynamic, of two kinds of client, and now and then the group's coordinator
 * dies: at no time has a partition two owners in a generation, no committed offset goes back, whoever the group has left behind
 * cannot commit, and soon after the last change the group is stable with every partition owned.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { SeededRandom } from '../../broker/platform/memory/memory-time.ts';
import { lengthOf } from '../campaign.ts';
import { FaultClient } from '../fault-client.ts';
import type { ChurningGroup, ChurningMember } from './churning-member.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { coordinatorOf } from './coordinator-connection.ts';
import { GroupLedger, STALE_CODES } from './group-ledger.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { KafkaJsMember } from './kafkajs-member.ts';
import { ProtocolMember } from './protocol-member.ts';

const GROUP = 'churning';
const TOPIC = 'churned';
const PROBE = 'probed';
const PARTITIONS = 60;
const MEMBERS_MAX = 50;
const FIRST_MEMBERS = 8;
/** kafkajs consumers cost more than those that only pretend to read. */
const KAFKAJS_MAX = 12;
const INSTANCES = 12;
const CHURN_MS = lengthOf(20_000, 300_000);
const COORDINATOR_DIES_EVERY_MS = CHURN_MS / 4;
/** At most; half of it on average. */
const CHANGE_EVERY_MS = 1_000;
/** Ten seconds, with a session of six; the machine may be slow. */
const SETTLE_MS = 30_000;
const LIMIT_MS = 60_000;

/** Writes a record to each partition again and again, and knows how far each goes. */
class Writer {
  readonly #producer: Producer;
  readonly #ends = new Map<number, number>();
  #running: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(kafka: Kafka) {
    this.#producer = kafka.producer({ allowAutoTopicCreation: false });
  }

  async start(): Promise<void> {
    await this.#producer.connect();
    this.#running = this.#run();
  }

  endOf(partition: number): number {
    return this.#ends.get(partition) ?? 0;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    await this.#producer.disconnect();
  }

  async #run(): Promise<void> {
    const messages = Array.from({ length: PARTITIONS }, (_unused, partition) => ({ partition, value: 'v' }));
    while (!this.#isOver) {
      const told = await this.#producer.send({ topic: TOPIC, messages }).catch(() => []);
      for (const { partition, baseOffset } of told)
        this.#ends.set(partition, Math.max(this.endOf(partition), Number(baseOffset ?? -1) + 1));
      await pause(250);
    }
  }
}

class Churn {
  readonly ledger = new GroupLedger();
  readonly random: SeededRandom;
  readonly #cluster: ClusterUnderFault;
  readonly #group: ChurningGroup;
  members: ChurningMember[] = [];
  readonly #dead: ChurningMember[] = [];
  #coordinatorReturns: Promise<void> = Promise.resolve();
  readonly tally = { joined: 0, left: 0, killed: 0, returned: 0, doubled: 0, coordinatorsKilled: 0, most: 0 };

  constructor(cluster: ClusterUnderFault, writer: Writer, seed: number) {
    this.#cluster = cluster;
    this.random = new SeededRandom(seed);
    this.#group = {
      ...{ cluster, group: GROUP, topic: TOPIC, partitions: PARTITIONS, probeTopic: PROBE },
      ledger: this.ledger,
      endOf: (partition) => writer.endOf(partition),
      below: (bound) => this.random.below(bound),
    };
  }

  async run(durationMs: number): Promise<void> {
    for (let count = 0; count < FIRST_MEMBERS; count++) this.#add();
    const startedMs = performance.now();
    let coordinatorDiesMs = COORDINATOR_DIES_EVERY_MS / 2;
    for (;;) {
      const elapsedMs = performance.now() - startedMs;
      if (elapsedMs > durationMs) return this.#coordinatorReturns;
      if (elapsedMs > coordinatorDiesMs) {
        coordinatorDiesMs += COORDINATOR_DIES_EVERY_MS;
        await this.#coordinatorReturns;
        this.#coordinatorReturns = this.#killCoordinator();
      }
      await this.#change(this.random.below(100));
      await pause(this.random.below(CHANGE_EVERY_MS));
    }
  }

  async end(): Promise<void> {
    const all = [...this.members, ...this.#dead];
    for (const member of this.members) member.kill();
    await Promise.all(
      all.map((member) => (member instanceof KafkaJsMember ? member.ended : Promise.resolve())),
    );
  }

  get alive(): ChurningMember[] {
    return this.members.filter(({ isAlive }) => isAlive);
  }

  /** What each kind of wrong commit is told, whatever chance has made of it so far. */
  async provoke(): Promise<void> {
    const leaving = new ProtocolMember(this.#group, null);
    const former = new ProtocolMember(this.#group, 'instance-last');
    for (const member of [leaving, former]) {
      this.#start(member);
      await expect.poll(() => member.holding, { timeout: LIMIT_MS, interval: 50 }).not.toBeNull();
    }
    await leaving.leave();
    this.#bury(leaving);
    await leaving.commitFromTheGrave();
    former.kill();
    this.#bury(former);
    const next = new ProtocolMember(this.#group, 'instance-last');
    this.#start(next);
    await expect.poll(() => next.holding, { timeout: LIMIT_MS, interval: 50 }).not.toBeNull();
    await former.commitFromTheGrave();
  }

  /** Null when the group has settled; else what is missing. */
  missing(): string | null {
    const generation = this.ledger.newestGeneration;
    const behind = this.alive.filter(({ holding }) => holding?.generationId !== generation).length;
    if (behind > 0) return `${String(behind)} are not in generation ${String(generation)}`;
    const owned = new Set(this.alive.flatMap(({ holding }) => holding?.partitions ?? []));
    return owned.size === PARTITIONS ? null : `${String(PARTITIONS - owned.size)} partitions are not owned`;
  }

  async #change(dice: number): Promise<void> {
    // A static member that another took the place of has gone by itself.
    for (const member of this.members.filter(({ isAlive }) => !isAlive)) this.#bury(member);
    const victim = this.members[this.random.below(this.members.length)];
    const rise = this.members.length < MEMBERS_MAX / 2 ? 60 : 45;
    if (dice < rise || victim === undefined) this.#add();
    else if (dice < rise + 8) {
      this.tally.left += 1;
      this.#bury(victim);
      await victim.leave();
    } else if (dice < rise + 26) {
      this.tally.killed += 1;
      victim.kill();
      this.#bury(victim);
    } else if (dice < rise + 32) this.#double();
    else await this.#dead[this.random.below(this.#dead.length)]?.commitFromTheGrave();
  }

  #add(): void {
    if (this.members.length >= MEMBERS_MAX) return;
    const dice = this.random.below(10);
    const kafkajs = this.members.filter((member) => member instanceof KafkaJsMember).length;
    if (dice < 3 && kafkajs < KAFKAJS_MAX) return this.#start(new KafkaJsMember(this.#group));
    const free = Array.from({ length: INSTANCES }, (_unused, index) => `instance-${String(index)}`).filter(
      (id) => this.members.every(({ instanceId }) => instanceId !== id),
    );
    const instanceId = dice < 7 ? (free[this.random.below(free.length)] ?? null) : null;
    if (instanceId !== null && this.#dead.some((member) => member.instanceId === instanceId))
      this.tally.returned += 1;
    this.#start(new ProtocolMember(this.#group, instanceId));
  }

  /** A second process with the name of a static member that lives: the first is to find itself shut out. */
  #double(): void {
    const first = this.members.find(({ instanceId }) => instanceId !== null);
    if (first === undefined) return this.#add();
    this.tally.doubled += 1;
    this.#start(new ProtocolMember(this.#group, first.instanceId));
  }

  #start(member: ChurningMember): void {
    this.tally.joined += 1;
    this.members.push(member);
    this.tally.most = Math.max(this.tally.most, this.members.length);
    member.start();
  }

  #bury(member: ChurningMember): void {
    this.members = this.members.filter((one) => one !== member);
    this.#dead.push(member);
  }

  async #killCoordinator(): Promise<void> {
    const client = await coordinatorOf(this.#cluster, GROUP);
    const port = client.socket.remotePort;
    client.close();
    const victim = this.#cluster.nodes.find((node) => node.port === port)?.id ?? 0;
    this.tally.coordinatorsKilled += 1;
    await this.#cluster.kill(victim);
    await pause(this.random.below(2_000));
    await this.#cluster.start(victim);
  }
}

async function startCluster(): Promise<ClusterUnderFault> {
  const settings = [...IMPATIENT, 'offsets.topic.num.partitions=3'];
  const cluster = await ClusterUnderFault.start({ settings });
  const client = await FaultClient.connect(cluster.node(0).port);
  expect(await client.createTopic(TOPIC, PARTITIONS, { 'min.insync.replicas': '2' }, 3)).toBe(0);
  expect(await client.createTopic(PROBE, 1, {}, 3)).toBe(0);
  client.close();
  return cluster;
}

async function isStable(admin: Admin, members: number): Promise<void> {
  const described = async (): Promise<string> => {
    const [group] = (await admin.describeGroups([GROUP])).groups;
    return `${String(group?.state)} ${String(group?.members.length)}`;
  };
  await expect.poll(described, { timeout: LIMIT_MS, interval: 200 }).toBe(`Stable ${String(members)}`);
}

it(
  'gives each partition to one member a generation, keeps every commit and settles',
  { timeout: CHURN_MS + 240_000 },
  async () => {
    const cluster = await startCluster();
    const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 20 };
    const kafka = new Kafka({
      ...{ clientId: 'churn-test', brokers: cluster.bootstrap, logLevel: logLevel.NOTHING, retry },
    });
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const writer = new Writer(kafka);
    await writer.start();
    const seed = Date.now() % 1_000_000;
    const churn = new Churn(cluster, writer, seed);
    onTestFinished(async () => {
      await churn.end();
      await writer.stop();
    });
    const { ledger, tally } = churn;
    await churn.run(CHURN_MS);
    expect(ledger.breaches).toEqual([]);

    const lastChangeMs = performance.now();
    await expect
      .poll(() => churn.missing(), { timeout: SETTLE_MS, interval: 50, message: `seed ${String(seed)}` })
      .toBeNull();
    const settledMs = performance.now() - lastChangeMs;
    await isStable(admin, churn.alive.length);
    await churn.provoke();
    const codes = [...ledger.refusals].map(([code, times]) => `${String(code)}: ${String(times)}`).join(', ');
    console.log(
      `seed ${String(seed)}: ${JSON.stringify(tally)}, ${String(ledger.generations.size)} generations, ` +
        `${String(ledger.acknowledgedCommits)} offsets committed, ${String(ledger.staleCommits)} stale commits; ` +
        `refused ${codes}; settled after ${String(Math.round(settledMs))} ms`,
    );
    expect(ledger.breaches).toEqual([]);
    // A run in which too little happened proves nothing.
    expect(tally.coordinatorsKilled).toBeGreaterThan(0);
    expect(ledger.generations.size).toBeGreaterThan(3);
    expect(ledger.acknowledgedCommits).toBeGreaterThan(100);
    for (const code of STALE_CODES) expect([...ledger.refusals.keys()], 'refusals').toContain(code);
  },
);
