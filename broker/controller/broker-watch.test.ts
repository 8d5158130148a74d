/** Brokers that die, hang, restart and only lose their connection, as the active controller sees them. */
import { describe, expect, it } from 'vitest';
import { BrokerCluster, FakeBroker } from './broker-cluster-kit.ts';
import { BrokerWatch } from './broker-watch.ts';
import { brokerRecord, imageOf, SILENT } from './controller-test-kit.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import { emptyImage } from './image.ts';

async function threeBrokers() {
  const cluster = await BrokerCluster.start();
  const [one, two, three] = await cluster.brokers(1, 2, 3);
  if (!one || !two || !three) throw new Error('three brokers');
  await cluster.createTopic();
  return { cluster, one, two, three };
}

const T1 = 'AAAAAAAAAAAAAAAAAAAAAQ';
const T2 = 'AAAAAAAAAAAAAAAAAAAAAg';

describe('a broker', () => {
  it('is registered fenced, and unfenced by its heartbeats', async () => {
    const { cluster, one } = await threeBrokers();
    expect([...cluster.image.brokers.values()].map(({ brokerId, fenced }) => [brokerId, fenced])).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ]);
    expect(one.last).toMatchObject({ errorCode: 0, isFenced: false, isCaughtUp: true });
    expect(cluster.image.brokers.get(1)?.brokerEpoch).toBe(one.brokerEpoch);
    expect(cluster.partition()).toMatchObject({ leader: 1, isr: [1, 2, 3] });
  });

  it('is not unfenced before it has seen its registration', async () => {
    const cluster = await BrokerCluster.start();
    const broker = new FakeBroker(cluster, 1);
    broker.lagsAt = -1;
    broker.start();
    await cluster.advance(1_000);
    expect([cluster.fenced(1), broker.last?.isCaughtUp]).toEqual([true, false]);
    broker.lagsAt = broker.brokerEpoch;
    await cluster.advance(200);
    expect(cluster.fenced(1)).toBe(false);
  });

  it('is answered without a write while nothing changes, also when the log is stuck', async () => {
    const { cluster, one } = await threeBrokers();
    cluster.metadataLog.holdsBack = true;
    void cluster.createTopic([1], 'stuck').catch(() => undefined);
    await cluster.advance(1);
    const appends = cluster.metadataLog.appends.length;
    await cluster.advance(30_000);
    expect(cluster.metadataLog.appends).toHaveLength(appends);
    expect([one.last?.isFenced, cluster.fenced(1)]).toEqual([false, false]);
  });

  it('that died is fenced at once, because its connection broke and its address refuses', async () => {
    const { cluster, one } = await threeBrokers();
    one.kill();
    await cluster.advance(100);
    expect(cluster.fenced(1)).toBe(true);
    expect(cluster.partition()).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(cluster.lines.join('\n')).toContain(
      'Fencing broker 1: its connection broke, and broker-1:9092 refuses',
    );
  });

  it('that lost only its connection stays', async () => {
    const { cluster, one } = await threeBrokers();
    const { brokerEpoch } = one;
    one.breakConnection();
    await cluster.advance(20_000);
    expect([cluster.fenced(1), cluster.image.brokers.get(1)?.brokerEpoch]).toEqual([false, brokerEpoch]);
    expect(cluster.partition().leaderEpoch).toBe(0);
  });

  it('that refuses because it was restarted meanwhile is judged by what its new process does', async () => {
    const { cluster, one } = await threeBrokers();
    one.kill();
    // The new process listens before the probe comes.
    const again = new FakeBroker(cluster, 1);
    again.start();
    await cluster.advance(500);
    expect([again.registrationError, cluster.fenced(1)]).toEqual([0, false]);
    expect(cluster.image.brokers.get(1)?.brokerEpoch).toBe(again.brokerEpoch);
    expect(again.brokerEpoch).toBeGreaterThan(one.brokerEpoch);
    expect(cluster.partition().isr).toEqual([2, 3]);
  });

  it('that comes back while it is being probed is not fenced', async () => {
    const { cluster, one } = await threeBrokers();
    const opening = one.openAnother();
    await cluster.advance(10);
    const useOther = await opening;
    one.stopListening();
    cluster.platform.network.setDelay({ leastMs: 40, jitterMs: 0 }, 'controller', 'broker-1');
    const { offset } = cluster.image;
    void useOther();
    await cluster.advance(1_000);
    expect([cluster.fenced(1), cluster.image.offset]).toEqual([false, offset]);
  });

  it('that comes back while its fencing waits for the log is not fenced', async () => {
    const { cluster, one } = await threeBrokers();
    const opening = one.openAnother();
    await cluster.advance(10);
    const useOther = await opening;
    cluster.metadataLog.holdsBack = true;
    void cluster.createTopic([1], 'b').catch(() => undefined);
    await cluster.advance(1);
    one.stopListening();
    one.breakConnection();
    await cluster.advance(500);
    expect(cluster.lines.join('\n')).toContain('Fencing broker 1');
    void useOther();
    await cluster.advance(10);
    cluster.metadataLog.holdsBack = false;
    cluster.metadataLog.commit();
    await cluster.advance(10);
    expect([cluster.fenced(1), cluster.partition().leader]).toEqual([false, 1]);
  });

  it('that hangs is fenced when its session is over, not sooner', async () => {
    const { cluster, two } = await threeBrokers();
    const heardMs = cluster.platform.clock.monotonicMs();
    two.hang();
    await cluster.advance(6_500);
    expect(cluster.fenced(2)).toBe(false);
    await cluster.advance(3_000);
    expect(cluster.fenced(2)).toBe(true);
    expect(cluster.platform.clock.monotonicMs() - heardMs).toBeGreaterThan(9_000);
    expect(cluster.partition()).toMatchObject({ leader: 1, isr: [1, 3], leaderEpoch: 0 });
  });

  it('that was fenced though it lives comes back with its next heartbeat', async () => {
    const { cluster, two } = await threeBrokers();
    cluster.platform.network.pause('broker-2');
    cluster.platform.network.cut('broker-2', 'controller');
    await cluster.advance(12_000);
    expect(cluster.fenced(2)).toBe(true);
    cluster.platform.network.resume('broker-2');
    cluster.platform.network.mend('broker-2', 'controller');
    await cluster.advance(5_000);
    expect([cluster.fenced(2), cluster.image.brokers.get(2)?.brokerEpoch]).toEqual([false, two.brokerEpoch]);
  });

  it('whose machine lost power takes a session, because nobody says so', async () => {
    const { cluster, one } = await threeBrokers();
    one.hang();
    cluster.platform.network.powerOff('broker-1');
    await cluster.advance(6_000);
    expect(cluster.fenced(1)).toBe(false);
    await cluster.advance(4_000);
    expect(cluster.fenced(1)).toBe(true);
  });

  it('is refused while another process with its id is connected', async () => {
    const { cluster, one } = await threeBrokers();
    const twin = new FakeBroker(cluster, 1);
    // It listens elsewhere; only its registration matters.
    Object.defineProperty(twin, 'address', { value: { host: 'broker-1', port: 9999 } });
    twin.start();
    await cluster.advance(100);
    expect(twin.registrationError).toBe(101);
    expect(cluster.image.brokers.get(1)?.brokerEpoch).toBe(one.brokerEpoch);
  });

  it('refuses another process with its id from its registration on', async () => {
    const { controller, image } = await BrokerCluster.start();
    const request = {
      ...{ brokerId: 9, clusterId: image.clusterId, previousBrokerEpoch: -1, rack: null },
      ...{ endpoints: [], features: SUPPORTED_FEATURES, logDirectoryIds: [] },
    };
    const connection = new AbortController();
    const first = await controller.registerBroker({ ...request, incarnationId: T1 }, connection.signal);
    const other = new AbortController().signal;
    const second = await controller.registerBroker({ ...request, incarnationId: T2 }, other);
    const repeated = await controller.registerBroker({ ...request, incarnationId: T1 }, other);
    expect([first.errorCode, second.errorCode, repeated.errorCode]).toEqual([0, 101, 0]);
    expect(repeated.brokerEpoch).toBe(first.brokerEpoch);
  });

  it('of another cluster is refused', async () => {
    const { cluster } = await threeBrokers();
    const answer = await cluster.controller.registerBroker(
      {
        ...{ brokerId: 9, clusterId: 'another-cluster', incarnationId: 'x', previousBrokerEpoch: -1 },
        ...{ rack: null, endpoints: [], features: SUPPORTED_FEATURES, logDirectoryIds: [] },
      },
      new AbortController().signal,
    );
    expect([answer.errorCode, cluster.image.brokers.has(9)]).toEqual([104, false]);
  });

  it('with an epoch that does not count any more is told so, and counts as not heard of', async () => {
    const { cluster, one } = await threeBrokers();
    one.brokerEpoch -= 1;
    await cluster.advance(12_000);
    expect([one.last?.errorCode, cluster.fenced(1)]).toEqual([77, true]);
  });
});

describe('a controller that becomes active', () => {
  it('gives every broker a new session, and fences who is not heard of in it', async () => {
    const { cluster, two } = await threeBrokers();
    two.hang();
    await cluster.advance(8_000);
    cluster.metadataLog.lose();
    await cluster.advance(1_000);
    cluster.metadataLog.win();
    await cluster.advance(8_000);
    expect(cluster.fenced(2)).toBe(false);
    await cluster.advance(2_000);
    expect([cluster.fenced(1), cluster.fenced(2)]).toEqual([false, true]);
  });

  it('fences at once who died while nobody was active', async () => {
    const { cluster, one } = await threeBrokers();
    cluster.metadataLog.lose();
    one.kill();
    await cluster.advance(100);
    cluster.metadataLog.win();
    await cluster.advance(100);
    expect([1, 2, 3].map((id) => cluster.fenced(id))).toEqual([true, false, false]);
  });

  it('in a newer epoch owes nothing to commands of the one before', async () => {
    const { cluster } = await threeBrokers();
    cluster.metadataLog.holdsBack = true;
    const answer = cluster.createTopic([1], 'b').catch((error: unknown) => error);
    await cluster.advance(1);
    cluster.metadataLog.win();
    expect(await answer).toMatchObject({ errorCode: 41 });
  });

  it('lets a process register that was killed under the controller before it', async () => {
    const { cluster, one } = await threeBrokers();
    cluster.metadataLog.lose();
    one.kill();
    await cluster.advance(100);
    cluster.metadataLog.win();
    const again = new FakeBroker(cluster, 1);
    again.start();
    await cluster.advance(300);
    expect([again.registrationError, cluster.fenced(1)]).toEqual([0, false]);
  });

  it('is not active any more once it lost the leadership: nobody is fenced by it', async () => {
    const { cluster, one } = await threeBrokers();
    cluster.metadataLog.lose();
    const { offset } = cluster.image;
    one.kill();
    await cluster.advance(30_000);
    expect(cluster.lines.filter((line) => line.startsWith('Fencing'))).toEqual([]);
    expect([cluster.fenced(1), cluster.image.offset, cluster.controller.isActive]).toEqual([
      false,
      offset,
      false,
    ]);
  });

  it('tries again to fence when the log had no room', async () => {
    const { cluster, one } = await threeBrokers();
    cluster.metadataLog.isFull = true;
    one.kill();
    await cluster.advance(12_000);
    expect(cluster.fenced(1)).toBe(false);
    cluster.metadataLog.isFull = false;
    await cluster.advance(1_000);
    expect(cluster.fenced(1)).toBe(true);
    expect(cluster.fatal).toEqual([]);
  });
});

describe('a controller that stood still', () => {
  it.each([
    ['on time', 9_000, [1]],
    ['late by a fifth of a session', 10_800, [1]],
    ['late by more than a quarter', 11_251, []],
  ])('and looks %s', async (_when, looksAtMs, fenced) => {
    const { brokers } = imageOf([{ ...brokerRecord(1), brokerEpoch: 10 }]);
    const image = { ...emptyImage('cluster'), brokers };
    let nowMs = 0;
    const tasks: (() => void)[] = [];
    const asked: number[] = [];
    const watch = new BrokerWatch({
      platform: {
        clock: { monotonicMs: () => nowMs, wallMs: () => 0 },
        timers: {
          after: (_delayMs, task) => {
            tasks.push(task);
            return () => undefined;
          },
          every: () => () => undefined,
        },
        transport: { connect: () => new Promise(() => undefined) },
      },
      ...{ logger: SILENT, nodeId: 0, sessionTimeoutMs: 9_000, image: () => image, addressOf: () => null },
      fence: (silent, isGone) => {
        asked.push(...silent.filter(isGone).map(({ brokerId }) => brokerId));
        return Promise.resolve();
      },
    });
    watch.start();
    nowMs = looksAtMs;
    tasks.shift()?.();
    expect(asked).toEqual(fenced);
    watch.stop();
  });
});

describe('controlled shutdown', () => {
  it('hands over, waits until all others know, and lets go', async () => {
    const { cluster, one, two } = await threeBrokers();
    two.lagsAt = cluster.image.offset;
    one.wantShutDown = true;
    await cluster.advance(3_000);
    expect(cluster.partition()).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(cluster.image.brokers.get(1)).toMatchObject({ fenced: false, inControlledShutdown: true });
    expect(one.last).toMatchObject({ errorCode: 0, shouldShutDown: false });
    two.lagsAt = Infinity;
    await cluster.advance(2_500);
    expect(one.last).toMatchObject({ shouldShutDown: true, isFenced: true });
    expect(cluster.fenced(1)).toBe(true);
  });

  it('does not wait for what was decided since it began', async () => {
    const { cluster, one, two } = await threeBrokers();
    two.lagsAt = cluster.image.offset;
    one.wantShutDown = true;
    await cluster.advance(2_500);
    const handedOver = cluster.image.offset;
    await cluster.createTopic([2, 3], 'later');
    two.lagsAt = handedOver;
    await cluster.advance(2_500);
    expect(one.last?.shouldShutDown).toBe(true);
  });

  it('goes on under another controller', async () => {
    const { cluster, one, three } = await threeBrokers();
    three.lagsAt = cluster.image.offset;
    one.wantShutDown = true;
    await cluster.advance(3_000);
    cluster.metadataLog.lose();
    cluster.metadataLog.win();
    await cluster.advance(3_000);
    expect(one.last?.shouldShutDown).toBe(false);
    three.lagsAt = Infinity;
    await cluster.advance(3_000);
    expect(one.last?.shouldShutDown).toBe(true);
  });
});
