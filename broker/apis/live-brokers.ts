/** The brokers that a client may be sent to: unfenced, with the address they have on the listener the client came by. */
import type { MetadataImage } from '../controller/image.ts';

export interface LiveBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export function liveBrokers(image: MetadataImage, listenerName: string): readonly LiveBroker[] {
  const live: LiveBroker[] = [];
  for (const { brokerId, endpoints, rack, fenced } of image.brokers.values()) {
    const endpoint = endpoints.find((candidate) => candidate.listenerName === listenerName);
    if (!fenced && endpoint) live.push({ nodeId: brokerId, host: endpoint.host, port: endpoint.port, rack });
  }
  return live;
}
