/**
 * Counts what watching costs: requests by API and bytes both ways, per broker. Counted at the socket, so that retries,
 * negotiation and lost answers are in it.
 */
import { apiNameOf } from '../protocol/api-keys.ts';

export interface BrokerTraffic {
  /** Requests sent, by Kafka's name of the API. */
  readonly requests: Readonly<Record<string, number>>;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

interface Counts {
  readonly requests: Map<string, number>;
  bytesSent: number;
  bytesReceived: number;
}

export class TrafficMeter {
  #brokers = new Map<number, Counts>();

  /** `brokerId` is -1 while the id behind an address is not known. */
  sent(brokerId: number, apiKey: number, bytes: number): void {
    const counts = this.#countsOf(brokerId);
    const api = apiNameOf(apiKey) ?? String(apiKey);
    counts.requests.set(api, (counts.requests.get(api) ?? 0) + 1);
    counts.bytesSent += bytes;
  }

  received(brokerId: number, bytes: number): void {
    this.#countsOf(brokerId).bytesReceived += bytes;
  }

  /** Everything since the last call, by broker id, and begins anew. */
  take(): Map<number, BrokerTraffic> {
    const taken = new Map<number, BrokerTraffic>();
    for (const [brokerId, { requests, bytesSent, bytesReceived }] of this.#brokers) {
      taken.set(brokerId, { requests: Object.fromEntries(requests), bytesSent, bytesReceived });
    }
    this.#brokers = new Map();
    return taken;
  }

  #countsOf(brokerId: number): Counts {
    let counts = this.#brokers.get(brokerId);
    if (counts === undefined) {
      counts = { requests: new Map(), bytesSent: 0, bytesReceived: 0 };
      this.#brokers.set(brokerId, counts);
    }
    return counts;
  }
}
