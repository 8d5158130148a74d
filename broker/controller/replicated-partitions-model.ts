/**
 * Test support: brokers with logs around the pure controller, so that "nothing acknowledged is lost" can be asked.
 *
 * Logs are lists of numbered records. A record counts as acknowledged when all of the ISR have it and the ISR is large
 * enough; followers copy from the leader, cutting off what it has not. Brokers are killed (their log stays), lose
 * power (the end of it is gone), get other disks (all is gone) or stop properly. Requests of leaders wait before they
 * are delivered, so that the world has moved on.
 */
import assert from 'node:assert/strict';
import { alterPartition, type AlterPartitionRequest } from './alter-partition.ts';
import { heartbeat } from './broker-heartbeat.ts';
import { fenceBroker, registerIncarnation } from './broker-registration.ts';
import { CLUSTER_ID, incarnation, TestCluster, TOPIC_ID } from './cluster-test-kit.ts';
import type { CommandResult, ReplicaPolicy } from './command.ts';
import { balanceLeaders, electLeaders } from './elect-leaders.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import type { PartitionImage } from './image.ts';
import { isActive } from './leader-elections.ts';
import type { MetadataRecord } from './metadata-record.ts';
import { alterReassignments } from './partition-reassignment.ts';
import { ModelBroker } from './model-broker.ts';
import { checkChange, commonLength, type LogRecord } from './partition-invariants.ts';
import { chooseLongestLog, electRecovered, recoverablePartitions } from './recovery-choice.ts';

export interface ModelSettings {
  readonly brokers: number;
  readonly partitions: number;
  readonly policy: ReplicaPolicy;
  /** A number below the bound; the source of all chance. */
  readonly below: (bound: number) => number;
}

export class ReplicatedPartitionsModel {
  readonly cluster: TestCluster;
  readonly #settings: ModelSettings;
  readonly #brokers: ModelBroker[] = [];
  /** By partition: ids of acknowledged records. */
  readonly #acknowledged: number[][] = [];
  #waiting: { readonly request: AlterPartitionRequest; readonly partition: number }[] = [];
  #nextRecord = 0;
  #nextIncarnation = 100;
  #nextDisks = 1_000;
  /** Set while a decision may elect somebody who has not everything. */
  #mayLose = false;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
    this.cluster = new TestCluster();
    const partitions = Array.from({ length: settings.partitions }, (_, index) => index);
    for (let id = 0; id < settings.brokers; id++) {
      this.#brokers.push(new ModelBroker(id, settings.partitions, this.#nextDisks++));
      this.start(id);
      this.beat(id);
    }
    const size = Math.min(3, settings.brokers);
    this.cluster.addTopic(
      partitions.map((index) => ({
        replicas: Array.from({ length: size }, (_, step) => (index + step) % settings.brokers),
      })),
    );
    for (const index of partitions) this.#acknowledged[index] = [];
  }

  /** Does one thing by chance. */
  step(): void {
    const { below, brokers, partitions } = this.#settings;
    const broker = below(brokers);
    const partition = below(partitions);
    const steps: (() => void)[] = [
      () => this.produce(partition),
      () => this.produce(partition),
      () => this.fetch(partition, broker),
      () => this.fetch(partition, broker),
      () => this.acknowledge(partition),
      () => this.acknowledge(partition),
      () => this.proposeIsr(partition),
      () => this.proposeIsr(partition),
      () => this.deliver(),
      () => this.deliver(),
      () => this.proposeTooLate(partition, broker),
      () => this.proposeTooLate(partition, broker),
      () => this.failOver(partition),
      () => this.beat(broker),
      () => this.beat(broker),
      () => this.start(broker),
      () => this.start(broker),
      () => this.fence(broker),
      () => this.kill(broker),
      () => this.losePower(broker),
      () => this.losePowerAndReturn(broker),
      () => this.losePowerAndReturn(broker),
      () => this.replaceDisks(broker),
      () => this.stop(broker),
      () => this.reassign(partition),
      () => this.electPreferred(),
      () => this.recover(),
      () => this.recover(),
      () => this.electUncleanly(partition),
    ];
    steps[below(steps.length)]?.();
  }

  produce(index: number): void {
    const { leader, leaderEpoch } = this.cluster.partition(index);
    const log = this.#leaderLog(index, leader);
    log?.push({ id: this.#nextRecord++, epoch: leaderEpoch });
  }

  /** A replica copies a few records, or all. */
  fetch(index: number, id: number): void {
    const { leader, replicas } = this.cluster.partition(index);
    const source = this.#leaderLog(index, leader);
    const follower = this.#brokers[id];
    if (source === undefined || follower?.isAlive !== true || id === leader || !replicas.includes(id)) return;
    const log = this.#log(id, index);
    const common = commonLength(source, log);
    const until = common + 1 + this.#settings.below(source.length + 1);
    log.splice(common, log.length, ...source.slice(common, until));
  }

  /** The leader's high watermark: nobody is left behind whom it has proposed for the ISR and not heard about. */
  acknowledge(index: number): void {
    const { leader, isr, replicas, partitionEpoch } = this.cluster.partition(index);
    const source = this.#leaderLog(index, leader);
    const needed = Math.min(this.#settings.policy.minInsyncReplicas, replicas.length);
    if (source === undefined || isr.length < needed) return;
    const proposed = this.#waiting
      .flatMap(({ request }) => request.topics.flatMap(({ partitions }) => partitions))
      .filter((asked) => asked.partitionIndex === index && asked.partitionEpoch === partitionEpoch)
      .flatMap(({ newIsr }) => newIsr.map(({ brokerId }) => brokerId));
    const end = Math.min(...[...isr, ...proposed].map((id) => commonLength(source, this.#log(id, index))));
    const known = this.#acknowledged[index] ?? [];
    if (end > known.length) this.#acknowledged[index] = source.slice(0, end).map(({ id }) => id);
  }

  /** Members whose log is the leader's up to what is acknowledged; who is left out is chance. */
  proposeIsr(index: number): void {
    const { leader, leaderEpoch, partitionEpoch, replicas } = this.cluster.partition(index);
    const source = this.#leaderLog(index, leader);
    if (source === undefined) return;
    const length = this.#acknowledged[index]?.length ?? 0;
    const epochStart = source.findIndex(({ epoch }) => epoch === leaderEpoch);
    const caughtUp = Math.max(length, epochStart === -1 ? source.length : epochStart);
    const members = replicas.filter(
      (id) =>
        id === leader ||
        (this.#brokers[id]?.isAlive === true &&
          commonLength(source, this.#log(id, index)) >= caughtUp &&
          this.#settings.below(4) > 0),
    );
    const newIsr = members.map((brokerId) => ({ brokerId, brokerEpoch: this.cluster.epochOf(brokerId) }));
    const wanted = { partitionIndex: index, leaderEpoch, partitionEpoch, newIsr, leaderRecoveryState: 0 };
    const request = {
      ...{ brokerId: leader, brokerEpoch: this.cluster.epochOf(leader) },
      topics: [{ topicId: TOPIC_ID, partitions: [wanted] }],
    };
    this.#waiting.push({ request, partition: index });
  }

  deliver(): void {
    const [next] = this.#waiting.splice(this.#settings.below(this.#waiting.length || 1), 1);
    if (next === undefined) return;
    const [asked] = next.request.topics[0]?.partitions ?? [];
    const before = this.cluster.partition(next.partition);
    this.#run((policy) => alterPartition(next.request, this.cluster.image, policy));
    const after = this.cluster.partition(next.partition);
    if (after === before) return;
    // Who is in sync by the leader's word has its records, up to what was acknowledged when it said so.
    for (const { brokerId } of asked?.newIsr ?? []) {
      const member = this.#brokers[brokerId];
      if (member?.isAlive !== true) continue;
      member.hasLost.delete(next.partition);
      member.isEmptied.delete(next.partition);
    }
  }

  /** While a proposal is on its way, a member of it falls behind and others go on without it. */
  proposeTooLate(index: number, id: number): void {
    this.fetch(index, id);
    this.proposeIsr(index);
    if (this.#settings.below(2) === 0) this.losePowerAndReturn(id);
    else this.fence(id);
    this.produce(index);
    this.acknowledge(index);
    this.beat(id);
    while (this.#waiting.length > 0) this.deliver();
  }

  failOver(index: number): void {
    const { leader } = this.cluster.partition(index);
    if (leader === -1) return;
    this.kill(leader);
    this.fence(leader);
  }

  beat(id: number): void {
    const broker = this.#brokers[id];
    if (broker?.isAlive !== true) return;
    this.#run((policy) => heartbeat(this.#heartbeatOf(id, false), this.cluster.image, policy, this.#facts()));
  }

  fence(id: number): void {
    this.#run((policy) => fenceBroker(id, this.cluster.image, policy));
  }

  kill(id: number): void {
    const broker = this.#brokers[id];
    if (broker !== undefined) broker.isAlive = false;
  }

  losePower(id: number): void {
    this.#brokers[id]?.losePower(this.#settings.below);
  }

  losePowerAndReturn(id: number): void {
    this.losePower(id);
    this.start(id);
    this.beat(id);
  }

  replaceDisks(id: number): void {
    if (this.#settings.below(3) === 0) this.#brokers[id]?.replaceDisks(this.#nextDisks++);
  }

  start(id: number): void {
    const broker = this.#brokers[id];
    if (broker === undefined || broker.isAlive) return;
    broker.isAlive = true;
    broker.incarnation = this.#nextIncarnation++;
    const request = {
      ...{ clusterId: CLUSTER_ID, brokerId: id, incarnationId: incarnation(broker.incarnation), rack: null },
      ...{ previousBrokerEpoch: broker.stoppedEpoch, endpoints: [], features: SUPPORTED_FEATURES },
      logDirectoryIds: [incarnation(broker.disks)],
    };
    broker.stoppedEpoch = -1;
    const session = { hasLiveSession: false };
    this.#run((policy) => registerIncarnation(request, this.cluster.image, policy, session));
  }

  /** Controlled, and to the end. */
  stop(id: number): void {
    const broker = this.#brokers[id];
    if (broker?.isAlive !== true) return;
    for (let round = 0; round < 3; round++) {
      const answer = this.#run((policy) =>
        heartbeat(this.#heartbeatOf(id, true), this.cluster.image, policy, this.#facts()),
      );
      if (!answer.shouldShutDown) continue;
      broker.isAlive = false;
      broker.stoppedEpoch = this.cluster.epochOf(id);
      return;
    }
    assert.fail('a controlled shutdown without an end');
  }

  reassign(index: number): void {
    const { below, brokers } = this.#settings;
    const size = 1 + below(3);
    const start = below(brokers);
    const wanted = Array.from({ length: Math.min(size, brokers) }, (_, step) => (start + step) % brokers);
    const replicas = below(3) === 0 ? null : wanted;
    const topics = [{ name: 't', partitions: [{ partitionIndex: index, replicas }] }];
    const request = { allowReplicationFactorChange: true, topics };
    this.#run((policy) => alterReassignments(request, this.cluster.image, policy));
  }

  electPreferred(): void {
    const { image } = this.cluster;
    if (this.#settings.below(2) === 0) this.#run((policy) => balanceLeaders(image, policy, 10));
    else this.#run((policy) => electLeaders({ electionType: 0, topicPartitions: null }, image, policy));
  }

  /** Only by permission, and seldom: then anything may be missing. */
  electUncleanly(index: number): void {
    if (this.#settings.below(10) > 0) return;
    const request = { electionType: 1, topicPartitions: [{ topic: 't', partitions: [index] }] };
    this.#mayLose = true;
    this.#run((policy) => electLeaders(request, this.cluster.image, policy));
    this.#mayLose = false;
  }

  recover(): void {
    const choices = recoverablePartitions(this.cluster.image).flatMap((found) => {
      const ends = found.members
        .filter((id) => this.#brokers[id]?.isAlive === true)
        .map((brokerId) => {
          const log = this.#log(brokerId, found.partition);
          return { brokerId, epoch: log.at(-1)?.epoch ?? -1, endOffset: log.length };
        });
      const leader = chooseLongestLog(found.members, ends);
      return leader === null ? [] : [{ ...found, leader }];
    });
    this.#run(() => electRecovered(choices, this.cluster.image));
  }

  #heartbeatOf(brokerId: number, wantShutDown: boolean) {
    const { image } = this.cluster;
    const request = {
      brokerId,
      brokerEpoch: this.cluster.epochOf(brokerId),
      wantFence: false,
      wantShutDown,
      offlineLogDirectoryIds: [],
    };
    return { ...request, currentMetadataOffset: image.offset };
  }

  #facts() {
    return { metadataOffsetOf: () => this.cluster.image.offset, shutdownOffset: this.cluster.image.offset };
  }

  #log(brokerId: number, index: number): LogRecord[] {
    const log = this.#brokers[brokerId]?.logs[index];
    assert(log !== undefined);
    return log;
  }

  #leaderLog(index: number, leader: number): LogRecord[] | undefined {
    return this.#brokers[leader]?.isAlive === true ? this.#log(leader, index) : undefined;
  }

  #run<Response>(decide: (policy: ReplicaPolicy) => CommandResult<Response>): Response {
    const { records, response } = decide(this.#settings.policy);
    // One record after the other, as a crash of the controller between two batches would leave them.
    for (const record of records) this.#replay(record);
    this.#checkServing();
    return response;
  }

  #replay(record: MetadataRecord): void {
    const before =
      record.type === 'PartitionChangeRecord' ? this.cluster.partition(record.partitionId) : null;
    this.cluster.replay([record]);
    if (record.type !== 'PartitionChangeRecord' || before === null) return;
    const after = this.cluster.partition(record.partitionId);
    checkChange(before, after, this.#settings.policy);
    const { isr, elr, lastKnownElr, partition } = after;
    const isHopeless = isr.length + elr.length + lastKnownElr.length === 0;
    assert(
      !isHopeless || this.#brokers.some(({ isEmptied }) => isEmptied.has(partition)),
      'nobody may ever lead',
    );
    for (const id of before.replicas) {
      if (!after.replicas.includes(id)) this.#log(id, after.partition).length = 0;
    }
    const isElection = after.leader !== -1 && after.leader !== before.leader;
    // Who died and was not missed yet may be elected, but serves nobody: it must register first.
    const serves = this.#mayLose || this.#brokers[after.leader]?.isAlive === true;
    if (isElection && serves) this.#checkElected(before, after);
  }

  /** The leader has everything that was acknowledged, unless it was lost where nobody could help it. */
  #checkElected(before: PartitionImage, after: PartitionImage): void {
    const index = after.partition;
    const known = this.#acknowledged[index] ?? [];
    const kept = this.#acknowledgedIn(after.leader, index);
    const isComplete = kept === known.length;
    const isRecovery = before.lastKnownElr.includes(after.leader) && after.isr.length === 1;
    const isEmptied = this.#brokers[after.leader]?.isEmptied.has(index) === true;
    const isBest = after.replicas.every(
      (id) => this.#acknowledgedIn(id, index) <= this.#acknowledgedIn(after.leader, index),
    );
    const hasLost = (id: number): boolean => this.#brokers[id]?.hasLost.has(index) === true;
    const hadLosses = before.lastKnownElr.some(hasLost) || (isBest && after.replicas.some(hasLost));
    assert(this.#mayLose || !isEmptied || isBest, 'a broker without its disks leads');
    if (isRecovery && !this.#mayLose) {
      const best = Math.max(...before.lastKnownElr.map((id) => this.#acknowledgedIn(id, index)));
      assert(kept === best, `broker ${String(after.leader)} leads, though another has more`);
    }
    const mayMiss = this.#mayLose || (isRecovery && hadLosses);
    assert(isComplete || mayMiss, `broker ${String(after.leader)} leads without all that was acknowledged`);
    // Its log is the truth from now on.
    const leader = this.#brokers[after.leader];
    leader?.hasLost.delete(index);
    // Of other disks the controller hears when the broker registers.
    const [disks] = this.cluster.image.brokers.get(after.leader)?.logDirectoryIds ?? [];
    if (leader !== undefined && disks === incarnation(leader.disks)) leader.isEmptied.delete(index);
    this.#acknowledged[index] = known.slice(0, kept);
  }

  /** How many of the acknowledged records this replica has. */
  #acknowledgedIn(brokerId: number, index: number): number {
    const log = this.#log(brokerId, index);
    const known = this.#acknowledged[index] ?? [];
    const end = known.findIndex((id, at) => log[at]?.id !== id);
    return end === -1 ? known.length : end;
  }

  #checkServing(): void {
    for (const { isr, leader } of this.cluster.image.topicsById.get(TOPIC_ID)?.partitions.values() ?? []) {
      for (const id of isr)
        assert(isActive(id, this.cluster.image), `broker ${String(id)} in sync, not active`);
      assert.equal(isr.length > 0, leader !== -1);
    }
  }
}
