/** Partitions whose in-sync replicas all restarted uncleanly: who is asked, who is waited for, and who leads. */
import { describe, expect, it } from 'vitest';
import { BrokerCluster, FakeBroker } from './broker-cluster-kit.ts';

/** With min.insync.replicas 3 the partition has no ISR member left when all three have died and come back. */
async function afterTheDisaster(partitions = 1) {
  const cluster = await BrokerCluster.start();
  cluster.minInsyncReplicas = 3;
  const first = await cluster.brokers(1, 2, 3);
  await cluster.createTopic([1, 2, 3], 'a', partitions);
  for (const broker of first) broker.kill();
  await cluster.advance(1_000);
  expect([1, 2, 3].map((id) => cluster.fenced(id))).toEqual([true, true, true]);
  const brokers = new Map([1, 2, 3].map((id) => [id, new FakeBroker(cluster, id)]));
  const start = (id: number): FakeBroker => {
    const broker = brokers.get(id);
    if (broker === undefined) throw new Error(`no broker ${String(id)}`);
    broker.start();
    return broker;
  };
  const logEnd = (id: number, epoch: number, endOffset: number, name = 'a-0'): void => {
    brokers.get(id)?.logEnds.set(name, { epoch, endOffset });
  };
  return { cluster, brokers, start, logEnd };
}

describe('recovery of a leader', () => {
  it('waits for all who may have the longest log, and says for whom', async () => {
    const { cluster, start, logEnd } = await afterTheDisaster();
    [1, 2, 3].forEach((id) => logEnd(id, 0, id));
    start(1);
    start(3);
    await cluster.advance(20_000);
    expect(cluster.partition()).toMatchObject({ leader: -1, isr: [] });
    expect(cluster.lines.filter((line) => line.includes('wait for broker 2 (for a-0):'))).toHaveLength(1);
    start(2);
    await cluster.advance(500);
    expect(cluster.partition()).toMatchObject({ leader: 3, isr: [3], elr: [], lastKnownElr: [] });
  });

  it.each([
    ['the later epoch', { 1: [5, 10], 2: [7, 3], 3: [6, 90] }, 2],
    ['the longer log of one epoch', { 1: [5, 10], 2: [5, 12], 3: [5, 11] }, 2],
    ['the first of equal ones', { 1: [5, 10], 2: [5, 10], 3: [-1, 0] }, 1],
  ])('elects %s', async (_what, ends, leader) => {
    const { cluster, start, logEnd } = await afterTheDisaster();
    for (const [id, [epoch = 0, endOffset = 0]] of Object.entries(ends)) logEnd(Number(id), epoch, endOffset);
    [1, 2, 3].forEach(start);
    await cluster.advance(1_000);
    expect(cluster.partition()).toMatchObject({ leader, isr: [leader] });
  });

  it('asks each broker once for all partitions, as nobody in particular', async () => {
    const { cluster, start, logEnd } = await afterTheDisaster(3);
    for (const id of [1, 2, 3]) for (const name of ['a-0', 'a-1', 'a-2']) logEnd(id, 0, 1, name);
    const brokers = [1, 2, 3].map(start);
    await cluster.advance(1_000);
    expect(brokers.map(({ asked }) => asked)).toEqual([
      ['-2: a-0 a-1 a-2'],
      ['-2: a-0 a-1 a-2'],
      ['-2: a-0 a-1 a-2'],
    ]);
  });

  it('asks again while one does not answer, has not opened the log, or is not reached', async () => {
    const { cluster, start, logEnd } = await afterTheDisaster();
    logEnd(1, 0, 9);
    logEnd(3, 0, 8);
    const two = start(2);
    two.answersLogEnds = false;
    start(1);
    start(3);
    await cluster.advance(8_000);
    expect(cluster.partition().leader).toBe(-1);
    expect(cluster.lines.join('\n')).toContain('Broker 2 did not say where its logs end');
    two.answersLogEnds = true;
    await cluster.advance(12_000);
    expect(cluster.partition().leader).toBe(-1);
    logEnd(2, 0, 7);
    await cluster.advance(6_000);
    expect(cluster.partition().leader).toBe(1);
  });

  it('does not count what a broker said before it restarted again', async () => {
    const { cluster, start, logEnd } = await afterTheDisaster();
    [1, 2, 3].forEach((id) => logEnd(id, 0, 10 * id));
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    start(1).holdsLogEnds = held;
    start(2);
    const three = start(3);
    await cluster.advance(500);
    expect(three.asked).toHaveLength(1);
    three.kill();
    const again = new FakeBroker(cluster, 3);
    again.logEnds.set('a-0', { epoch: 0, endOffset: 1 });
    again.start();
    await cluster.advance(1_000);
    expect(cluster.image.brokers.get(3)).toMatchObject({ brokerEpoch: again.brokerEpoch, fenced: false });
    expect(cluster.partition().leader).toBe(-1);
    answer();
    await cluster.advance(1_000);
    expect(cluster.partition().leader).toBe(2);
  });

  it('ends with the leadership', async () => {
    const { cluster, start, logEnd } = await afterTheDisaster();
    [1, 2, 3].forEach((id) => logEnd(id, 0, id));
    const brokers = [1, 2, 3].map(start);
    for (const broker of brokers) broker.answersLogEnds = false;
    await cluster.advance(7_000);
    cluster.metadataLog.lose();
    const asked = brokers.map((broker) => broker.asked.length);
    expect(asked.every((count) => count > 1)).toBe(true);
    await cluster.advance(60_000);
    expect(brokers.map((broker) => broker.asked.length)).toEqual(asked);
    expect(cluster.partition().leader).toBe(-1);
  });

  it('is taken up by the next active controller', async () => {
    const { cluster, start, logEnd } = await afterTheDisaster();
    [1, 2, 3].forEach((id) => logEnd(id, 0, id));
    const brokers = [1, 2, 3].map(start);
    for (const broker of brokers) broker.answersLogEnds = false;
    await cluster.advance(1_000);
    cluster.metadataLog.lose();
    for (const broker of brokers) broker.answersLogEnds = true;
    await cluster.advance(2_000);
    expect(cluster.partition().leader).toBe(-1);
    cluster.metadataLog.win();
    await cluster.advance(100);
    expect(cluster.partition().leader).toBe(3);
  });

  it('is for an operator where the disk of the only replica in sync is gone, and the log says so once', async () => {
    const cluster = await BrokerCluster.start();
    cluster.minInsyncReplicas = 1;
    const live = async (id: number, directory: string): Promise<FakeBroker> => {
      const broker = new FakeBroker(cluster, id);
      broker.logDirectoryIds = [directory];
      broker.start();
      await cluster.advance(1_000);
      return broker;
    };
    const one = await live(1, 'AAAAAAAAAAAAAAAAAdir1A');
    const two = await live(2, 'AAAAAAAAAAAAAAAAAdir2A');
    await cluster.createTopic([1, 2]);
    two.kill();
    await cluster.advance(1_000);
    expect(cluster.partition()).toMatchObject({ leader: 1, isr: [1] });
    one.kill();
    await cluster.advance(1_000);
    const full = await live(2, 'AAAAAAAAAAAAAAAAAdir2A');
    const empty = await live(1, 'AAAAAAAAAAAAAAAAAdir3A');
    full.logEnds.set('a-0', { epoch: 0, endOffset: 9 });
    empty.logEnds.set('a-0', { epoch: -1, endOffset: 0 });
    await cluster.advance(20_000);
    expect(cluster.partition()).toMatchObject({ leader: -1, isr: [], elr: [], lastKnownElr: [] });
    expect(cluster.lines.filter((line) => line.includes('Nobody may lead a-0:'))).toHaveLength(1);
    const topicPartitions = [{ topic: 'a', partitions: [0] }];
    const elected = cluster.controller.electLeaders({ electionType: 1, topicPartitions });
    await cluster.advance(500);
    expect((await elected).results).toMatchObject([{ partitions: [{ errorCode: 0 }] }]);
    // Not the first replica, which has nothing.
    expect(cluster.partition()).toMatchObject({ leader: 2, isr: [2] });
  });

  it('is not for partitions whose in-sync replicas were stopped properly', async () => {
    const cluster = await BrokerCluster.start();
    const [one] = await cluster.brokers(1);
    await cluster.createTopic([1]);
    one?.kill();
    await cluster.advance(1_000);
    expect(cluster.partition()).toMatchObject({ leader: -1, lastKnownElr: [] });
    expect(cluster.lines.join('\n')).toContain('wait for broker 1 (for a-0)');
    const again = new FakeBroker(cluster, 1);
    again.start({ previousBrokerEpoch: one?.brokerEpoch ?? -1 });
    await cluster.advance(1_000);
    expect([cluster.partition().leader, again.asked]).toEqual([1, []]);
  });
});
