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

/**
 * Whom a client is told to send the controller's requests to: any live broker passes them on (KIP-590), so the asked
 * one itself if it is in the list. -1: there is nobody.
 */
export function namedController(live: readonly LiveBroker[], askedId: number): number {
  const own = live.find(({ nodeId }) => nodeId === askedId);
  return (own ?? live[0])?.nodeId ?? -1;
}
