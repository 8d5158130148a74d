/**
 * Test support: the services that cluster and config APIs call, with a real controller over a metadata log in memory
 * and a real configuration. Owners of partitions and groups are not here: APIs that need them are tested against a
 * whole broker (broker/integration).
 */
import { Controller } from '../controller/controller.ts';
import { SUPPORTED_FEATURES } from '../controller/features.ts';
import { MemoryMetadataLog } from '../controller/memory-metadata-log.ts';
import { MetadataPublisher } from '../controller/metadata-publisher.ts';
import { localController } from '../controller-channel/local-controller.ts';
import { TopicCreation } from '../controller-channel/topic-creation.ts';
import { configRules } from '../config/config-rules.ts';
import { parseProperties } from '../config/properties-file.ts';
import { readBrokerConfig } from '../config/read-broker-config.ts';
import { ProducerIdSource } from '../coordinator/transaction/producer-id-source.ts';
import {
  controllerPolicy,
  controllerSettings,
  quotaWindows,
  replicaPolicy,
} from '../config/owner-settings.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Logger } from '../platform/logger.ts';
import type { Clock } from '../platform/platform.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { NodeQuotas } from '../quotas/node-quotas.ts';
import { RefusalLog } from '../security/acl/refusal-log.ts';
import type { RequestContext } from './api-handler.ts';
import type { BrokerServices, ControllerServices } from './broker-services.ts';
import { controllerApis } from './table.ts';

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => silent,
};

export interface TestServices {
  readonly services: BrokerServices;
  readonly controller: Controller;
  /** What the log says of refused changes. */
  readonly told: readonly string[];
}

async function joinCluster(controller: Controller, brokerId: number): Promise<number> {
  const connection = new AbortController().signal;
  const endpoints = [{ listenerName: 'PLAINTEXT', host: 'broker.example', port: 9092 }];
  const incarnationId = 'AAAAAAAAAAAAAAAAAAAAAQ';
  const { brokerEpoch } = await controller.registerBroker(
    {
      ...{
        brokerId,
        clusterId: 'test-cluster-id-123456',
        incarnationId,
        rack: null,
        endpoints,
        features: SUPPORTED_FEATURES,
      },
      ...{ previousBrokerEpoch: -1, logDirectoryIds: [] },
    },
    connection,
  );
  const state = {
    currentMetadataOffset: brokerEpoch,
    wantFence: false,
    wantShutDown: false,
    offlineLogDirectoryIds: [],
  };
  await controller.heartbeat({ brokerId, brokerEpoch, ...state }, connection);
  return brokerEpoch;
}

/** A started, unfenced broker 0 at broker.example:9092 with the given server.properties. */
export async function startTestServices(properties = ''): Promise<TestServices> {
  const { config } = readBrokerConfig({ properties: parseProperties('test', properties) });
  const machine = createMemoryPlatform();
  const shared = {
    ...{ platform: machine, logger: silent, nodeId: config.nodeId },
    onFatal: (message: string) => {
      throw new Error(message);
    },
  };
  const publisher = new MetadataPublisher({
    ...{ ...shared, clusterId: 'test-cluster-id-123456', snapshotDue: { bytes: Infinity, intervalMs: 0 } },
  });
  const metadataLog = new MemoryMetadataLog(config.nodeId);
  const controller = new Controller({
    ...{ ...shared, metadataLog, publisher, settings: () => controllerSettings(config) },
    policy: () => controllerPolicy(config),
    replicaPolicy: () => replicaPolicy(config),
    rules: configRules(config),
  });
  await metadataLog.start(controller);
  const epoch = await joinCluster(controller, config.nodeId);
  const told: string[] = [];
  const refusals = new RefusalLog({ warn: (line) => void told.push(line) }, () =>
    machine.clock.monotonicMs(),
  );
  const onNode = {
    config,
    platform: machine,
    metrics: new BrokerMetrics(machine.clock),
    image: () => publisher.image(),
    controller,
    clusterId: publisher.image().clusterId,
    metadataLog,
    authorizer: null,
    refusedChanges: { ofClients: refusals, ofBrokers: refusals },
    quotas: new NodeQuotas({
      ...quotaWindows(config),
      clock: machine.clock,
      table: () => publisher.image().clientQuotas,
    }),
  } as unknown as ControllerServices;
  const local = localController({ table: controllerApis, services: onNode, clientId: 'test' });
  const topicCreation = new TopicCreation({
    ...{ platform: machine, logger: silent, image: () => publisher.image(), timeoutMs: () => 1_000 },
    channel: { call: (api, version, body) => local.call(api, version, body) },
    policy: () => controllerPolicy(config),
    onImage: (listener) => publisher.onImage(listener),
  });
  const services = {
    ...onNode,
    topicCreation,
    producerIds: new ProducerIdSource(() => controller.allocateProducerIds(config.nodeId, epoch)),
  } as unknown as BrokerServices;
  return { services, controller, told };
}

/** A node in whose cluster nobody is limited. */
export function noQuotas(clock: Clock): NodeQuotas {
  const windows = { windows: 1, windowMs: 1_000 };
  return new NodeQuotas({ clock, table: () => new Map(), rates: windows, mutations: windows });
}

export function testContext(apiVersion: number): RequestContext {
  return {
    apiVersion,
    clientId: 'test',
    connectionId: 'PLAINTEXT-1',
    clientHost: '/127.0.0.1',
    listenerName: 'PLAINTEXT',
    principal: 'User:ANONYMOUS',
    closed: new AbortController().signal,
  };
}
