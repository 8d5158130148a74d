/**
 * What the client knows of a cluster from its last Metadata answer: who the brokers are and who is controller. Plain
 * data, replaced as a whole.
 */
import type { MetadataResponse } from '../protocol/messages/03-metadata.ts';
import type { BrokerAddress } from './address.ts';

export interface KnownBroker extends BrokerAddress {
  readonly id: number;
  readonly rack: string | null;
}

export interface ClusterView {
  readonly clusterId: string | null;
  /** Null while there is none. */
  readonly controllerId: number | null;
  readonly brokers: ReadonlyMap<number, KnownBroker>;
}

export function viewOf(metadata: MetadataResponse): ClusterView {
  return {
    clusterId: metadata.clusterId,
    controllerId: metadata.controllerId < 0 ? null : metadata.controllerId,
    brokers: new Map(
      metadata.brokers.map(({ nodeId, host, port, rack }) => [nodeId, { id: nodeId, host, port, rack }]),
    ),
  };
}
