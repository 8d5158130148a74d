/** Gauges over the owners of a node: what a broker has, and what the active controller knows of the whole cluster. */
import { registerBrokerGauges } from '../metrics/broker-gauges.ts';
import { registerControllerGauges } from '../metrics/controller-gauges.ts';
import { registerReplicaGauges } from '../metrics/replica-gauges.ts';
import type { NodeBroker } from './node-broker.ts';
import type { NodeMetadata } from './node-metadata.ts';
import type { NodeOptions } from './node-options.ts';

export function registerNodeGauges(
  { metrics, config, version, startedAtMs }: NodeOptions,
  { controller, publisher }: NodeMetadata,
  broker: NodeBroker | null,
): void {
  const image = () => publisher.image();
  registerControllerGauges(metrics, { image, isActiveController: () => controller.isActive });
  if (broker === null) return;
  const { replicaManager, groupCoordinator, listeners } = broker;
  registerReplicaGauges(metrics, replicaManager);
  registerBrokerGauges(metrics, {
    ...{ brokerId: config.nodeId, version, startedAtMs, image },
    groupCounts: () => groupCoordinator.counts(),
    connectionCount: () => listeners.connectionCount,
    isRunning: () => broker.serves,
  });
}
