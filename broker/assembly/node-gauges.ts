/** Gauges over the owners of a node: what a broker has, and what the active controller knows of the whole cluster. */
import { registerBrokerGauges } from '../metrics/broker-gauges.ts';
import { registerControllerGauges } from '../metrics/controller-gauges.ts';
import { registerMetadataGauges } from '../metrics/metadata-gauges.ts';
import { registerQuotaBeans } from '../metrics/quota-beans.ts';
import { registerReplicaGauges } from '../metrics/replica-gauges.ts';
import { registerSocketBeans } from '../metrics/socket-beans.ts';
import type { BoundListeners } from '../server/listening.ts';
import type { NodeBroker } from './node-broker.ts';
import type { NodeMetadata } from './node-metadata.ts';
import type { NodeOptions } from './node-options.ts';

export function registerNodeGauges(
  { metrics, config, platform, version, startedAtMs }: NodeOptions,
  { controller, publisher, metadataLog, services }: NodeMetadata,
  broker: NodeBroker | null,
  controllers: BoundListeners | null,
): void {
  const image = () => publisher.image();
  registerControllerGauges(metrics, { image, isActiveController: () => controller.isActive });
  const { nodeId } = config;
  registerMetadataGauges(metrics, {
    ...{ nodeId, image, clock: platform.clock, figures: metadataLog.figures },
    voterIds: config.voters.length === 0 ? [nodeId] : config.voters.map(({ id }) => id),
    status: () => metadataLog.status,
  });
  registerSocketBeans(metrics, [...(controllers?.traffic ?? []), ...(broker?.listeners.traffic ?? [])]);
  if (broker === null) return;
  const { replicaManager, groupCoordinator, transactionCoordinator } = broker;
  registerQuotaBeans(metrics, services.quotas);
  registerReplicaGauges(metrics, replicaManager);
  registerBrokerGauges(metrics, {
    ...{ brokerId: config.nodeId, version, startedAtMs, image },
    groupCounts: () => groupCoordinator.counts(),
    groups: () => groupCoordinator.figures(),
    transactions: () => transactionCoordinator.figures(),
    waitingMarkers: () => transactionCoordinator.waitingMarkers,
    isRunning: () => broker.serves,
  });
}
