/**
 * Test support: the services that cluster and config APIs call, with a real controller over a metadata log in memory
 * and a real configuration. Owners of partitions and groups are not here: APIs that need them are tested against a
 * whole broker (broker/integration).
 */
import type { MetadataLog, StoredRecord } from '../controller/metadata-log.ts';
import { Controller } from '../controller/controller.ts';
import { configRules } from '../config/config-rules.ts';
import { parseProperties } from '../config/properties-file.ts';
import { readBrokerConfig } from '../config/read-broker-config.ts';
import { ProducerIdSource } from '../coordinator/transaction/producer-id-source.ts';
import { controllerPolicy } from '../config/owner-settings.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import type { RequestContext } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => silent,
};

class MemoryMetadataLog implements MetadataLog {
  readonly stored: StoredRecord[] = [];

  replay(): Iterable<readonly StoredRecord[]> {
    return [this.stored];
  }

  append(values: readonly Buffer[]): Promise<number> {
    const baseOffset = this.stored.length;
    values.forEach((value, index) => this.stored.push({ offset: baseOffset + index, value }));
    return Promise.resolve(baseOffset);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface TestServices {
  readonly services: BrokerServices;
  readonly controller: Controller;
}

/** A started, unfenced broker 0 at broker.example:9092 with the given server.properties. */
export async function startTestServices(properties = ''): Promise<TestServices> {
  const { config } = readBrokerConfig({ properties: parseProperties('test', properties) });
  const machine = createMemoryPlatform();
  const controller = new Controller({
    platform: machine,
    logger: silent,
    metadataLog: new MemoryMetadataLog(),
    clusterId: 'test-cluster-id-123456',
    brokerId: config.nodeId,
    rack: config.rack,
    policy: () => controllerPolicy(config),
    rules: configRules(config),
    onFatal: (message) => {
      throw new Error(message);
    },
  });
  await controller.start();
  await controller.registerBroker([{ listenerName: 'PLAINTEXT', host: 'broker.example', port: 9092 }]);
  await controller.unfenceBroker();
  const services = {
    config,
    platform: machine,
    metrics: new BrokerMetrics(machine.clock),
    image: () => controller.image(),
    controller,
    clusterId: controller.image().clusterId,
    topicCreation: { autoCreate: (names: readonly string[]) => controller.autoCreateTopics(names) },
    producerIds: new ProducerIdSource(() => controller.allocateProducerIds()),
  } as unknown as BrokerServices;
  return { services, controller };
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
