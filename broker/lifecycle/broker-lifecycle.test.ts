/** A broker's life against a real controller in memory, over a link that a test can cut. */
import { describe, expect, it } from 'vitest';
import { startTestServices } from '../apis/test-services.ts';
import { controllerApis } from '../apis/table.ts';
import { SUPPORTED_FEATURES } from '../controller/features.ts';
import { ControllerLink } from '../controller-channel/controller-link.ts';
import { localController } from '../controller-channel/local-controller.ts';
import type { Logger } from '../platform/logger.ts';
import type { MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { BrokerLifecycle } from './broker-lifecycle.ts';
import type { BrokerLifecycleOptions } from './lifecycle-options.ts';

const BROKER = 7;
const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => silent,
};

async function cluster() {
  const { services, controller } = await startTestServices('node.id=0');
  const machine = services.platform as MemoryPlatform;
  const state = { isReachable: true, fatal: [] as string[] };
  const local = localController({ table: controllerApis, services, clientId: 'test' });
  const channel = new ControllerLink({
    ...{ platform: machine, nodeId: 0, clientId: 'test', retryBackoffMs: 20, connectTimeoutMs: 100 },
    leaderId: () => null,
    addressOf: () => null,
    local: { ...local, isActive: () => state.isReachable },
  });
  const newLifecycle = (changes: Partial<BrokerLifecycleOptions> = {}) =>
    new BrokerLifecycle({
      ...{ platform: machine, logger: silent, channel, previousBrokerEpoch: -1 },
      registration: {
        ...{ brokerId: BROKER, clusterId: services.clusterId, rack: 'r1' },
        features: [...SUPPORTED_FEATURES].map(([name, range]) => ({ name, ...range })),
        endpoints: [{ listenerName: 'PLAINTEXT', host: 'seven', port: 9092 }],
        logDirectoryIds: ['AAAAAAAAAAAAAAAAAAAAAg'],
      },
      metadataOffset: () => services.image().offset,
      offlineLogDirectoryIds: () => [],
      settings: { heartbeatIntervalMs: 2_000, sessionTimeoutMs: 9_000, registrationTimeoutMs: 60_000 },
      onFatal: (message) => state.fatal.push(message),
      ...changes,
    });
  const registration = () => services.image().brokers.get(BROKER);
  /** What the promise came to after so much time. */
  const after = async <T>(durationMs: number, promise: Promise<T>): Promise<T> => {
    promise.catch(() => undefined);
    await machine.advance(durationMs);
    return promise;
  };
  return { machine, state, controller, services, newLifecycle, registration, after };
}

describe('a broker', () => {
  it('registers fenced, and is unfenced at once when its logs are open', async () => {
    const { newLifecycle, registration, after } = await cluster();
    const lifecycle = newLifecycle();
    expect(lifecycle.state).toBe('starting');
    await after(100, lifecycle.start());
    expect(lifecycle.state).toBe('fenced');
    expect(registration()).toMatchObject({ fenced: true, rack: 'r1', brokerEpoch: lifecycle.brokerEpoch() });
    await after(10, lifecycle.serve());
    expect(lifecycle.state).toBe('running');
    expect(registration()?.fenced).toBe(false);
    lifecycle.stop();
  });

  it('stays in the cluster by its heartbeats, and leaves it without them', async () => {
    const { newLifecycle, registration, after, machine } = await cluster();
    const lifecycle = newLifecycle();
    await after(100, lifecycle.start());
    await after(100, lifecycle.serve());
    await machine.advance(60_000);
    expect(registration()?.fenced).toBe(false);
    lifecycle.stop();
    await machine.advance(12_000);
    expect(registration()?.fenced).toBe(true);
  });

  it('is unfenced again when it comes back after a long silence, under the same epoch', async () => {
    const { newLifecycle, registration, after, machine, state } = await cluster();
    const lifecycle = newLifecycle();
    await after(100, lifecycle.start());
    await after(100, lifecycle.serve());
    const epoch = lifecycle.brokerEpoch();
    state.isReachable = false;
    await machine.advance(20_000);
    expect(registration()?.fenced).toBe(true);
    state.isReachable = true;
    await machine.advance(1_000);
    expect(registration()).toMatchObject({ fenced: false, brokerEpoch: epoch });
    expect(lifecycle.state).toBe('running');
    lifecycle.stop();
  });

  it('registers again when the controller no longer knows it', async () => {
    const { newLifecycle, registration, after, machine, controller } = await cluster();
    const lifecycle = newLifecycle();
    await after(100, lifecycle.start());
    await after(100, lifecycle.serve());
    const epoch = lifecycle.brokerEpoch();
    await after(1, controller.unregisterBroker(BROKER));
    await machine.advance(5_000);
    expect(lifecycle.brokerEpoch()).toBeGreaterThan(epoch);
    expect(registration()).toMatchObject({ fenced: false, brokerEpoch: lifecycle.brokerEpoch() });
    lifecycle.stop();
  });

  it('is let go when another broker has its partitions', async () => {
    const { newLifecycle, after, controller, services } = await cluster();
    const lifecycle = newLifecycle();
    await after(100, lifecycle.start());
    await after(100, lifecycle.serve());
    const assignments = [{ partitionIndex: 0, brokerIds: [BROKER, 0] }];
    const topic = { name: 't', numPartitions: -1, replicationFactor: -1, assignments, configs: [] };
    await after(1, controller.createTopics([topic], { validateOnly: false }));
    const partition = () => services.image().topicsByName.get('t')?.partitions.get(0);
    expect(partition()?.leader).toBe(BROKER);
    const letGo = lifecycle.controlledShutdown(5_000);
    expect(lifecycle.state).toBe('stopping');
    // The other one must have heard of its new leadership.
    await after(100, Promise.resolve());
    expect(partition()?.leader).toBe(0);
    const heard = {
      currentMetadataOffset: services.image().offset,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirectoryIds: [],
    };
    const brokerEpoch = services.image().brokers.get(0)?.brokerEpoch ?? -1;
    const connection = new AbortController().signal;
    await after(1, controller.heartbeat({ brokerId: 0, brokerEpoch, ...heard }, connection));
    expect(await after(500, letGo)).toBe(true);
    lifecycle.stop();
  });

  it('says at once that it has seen another one hand over, and not before it serves', async () => {
    const { newLifecycle, after, machine, services } = await cluster();
    let beats = 0;
    const lifecycle = newLifecycle({
      metadataOffset: () => {
        beats += 1;
        return services.image().offset;
      },
    });
    await after(100, lifecycle.start());
    const before = beats;
    lifecycle.sawHandOver();
    await machine.advance(10);
    expect(beats).toBe(before);
    await after(100, lifecycle.serve());
    const serving = beats;
    lifecycle.sawHandOver();
    await machine.advance(10);
    expect(beats).toBe(serving + 1);
    await machine.advance(1_900);
    expect(beats).toBe(serving + 1);
    lifecycle.stop();
  });

  it('does not wait for ever for a controller that is gone', async () => {
    const { newLifecycle, after, state } = await cluster();
    const lifecycle = newLifecycle();
    await after(100, lifecycle.start());
    await after(100, lifecycle.serve());
    state.isReachable = false;
    expect(await after(5_000, lifecycle.controlledShutdown(5_000))).toBe(false);
    lifecycle.stop();
  });
});

describe('a broker that is not taken in', () => {
  it('says when no controller answered in time', async () => {
    const { newLifecycle, after, state } = await cluster();
    state.isReachable = false;
    await expect(after(80_000, newLifecycle().start())).rejects.toThrow(
      'No controller of controller.quorum.voters took this broker in within 60000 ms',
    );
  });

  it('says when its data is of another cluster', async () => {
    const { newLifecycle, after } = await cluster();
    const lifecycle = newLifecycle({
      registration: {
        ...{ brokerId: BROKER, clusterId: 'another-cluster-123456', rack: null, features: [] },
        ...{ endpoints: [], logDirectoryIds: [] },
      },
    });
    await expect(after(100, lifecycle.start())).rejects.toThrow('belongs to cluster another-cluster-123456');
  });

  it('says when another broker has its id, after as long as that one may have been missed', async () => {
    const { newLifecycle, after, machine } = await cluster();
    const first = newLifecycle();
    await after(100, first.start());
    await after(100, first.serve());
    const second = newLifecycle().start();
    second.catch(() => undefined);
    await machine.advance(8_000);
    await expect(after(4_000, second)).rejects.toThrow('Another broker with node.id=7 is running');
    first.stop();
  });

  it('takes over from a process of its id that is gone', async () => {
    const { newLifecycle, after, registration } = await cluster();
    const first = newLifecycle();
    await after(100, first.start());
    await after(100, first.serve());
    first.stop();
    const second = newLifecycle();
    await after(12_000, second.start());
    expect(registration()?.brokerEpoch).toBe(second.brokerEpoch());
    expect(second.brokerEpoch()).toBeGreaterThan(first.brokerEpoch());
    second.stop();
  });

  it('ends its start when it is stopped meanwhile', async () => {
    const { newLifecycle, after, state } = await cluster();
    state.isReachable = false;
    const lifecycle = newLifecycle();
    const start = lifecycle.start();
    lifecycle.stop();
    await expect(after(10_000, start)).rejects.toThrow('was stopped before');
  });
});
