/** Where other nodes of the cluster reach a broker: its endpoint of inter.broker.listener.name. */
import type { NodeAddress } from '../platform/transport.ts';
import type { BrokerRegistration } from './image.ts';

/** Null when the broker is not registered or has no such endpoint. */
export function interBrokerAddress(
  broker: BrokerRegistration | undefined,
  listenerName: string,
): NodeAddress | null {
  const endpoint = broker?.endpoints.find((candidate) => candidate.listenerName === listenerName);
  return endpoint === undefined ? null : { host: endpoint.host, port: endpoint.port };
}
