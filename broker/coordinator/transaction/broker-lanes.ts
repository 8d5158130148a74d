/**
 * One queue and one connection to each other broker: what is pushed while a request is under way goes together in the next
 * one, at most `maxItems` at a time. What becomes of a request is its owner's business: `deliver` does not reject.
 */
import type { MetadataImage } from '../../controller/image.ts';
import type { Platform } from '../../platform/platform.ts';
import { type NodeConnection, TransportError } from '../../platform/transport.ts';

/** Rejects with TransportError. */
export type Connect = () => Promise<NodeConnection>;

export interface BrokerLanesOptions<Item> {
  readonly platform: Pick<Platform, 'transport'>;
  readonly image: () => MetadataImage;
  readonly interBrokerListenerName: string;
  /** How this broker calls itself on these connections. */
  readonly clientId: string;
  /** How long another broker may take to accept a connection. */
  readonly timeoutMs: () => number;
  /** Items in one request. */
  readonly maxItems: number;
  readonly deliver: (brokerId: number, items: readonly Item[], connect: Connect) => Promise<void>;
}

interface Lane<Item> {
  readonly queue: Item[];
  isBusy: boolean;
  connection: NodeConnection | null;
}

export class BrokerLanes<Item> {
  readonly #options: BrokerLanesOptions<Item>;
  readonly #lanes = new Map<number, Lane<Item>>();
  #isStopped = false;

  constructor(options: BrokerLanesOptions<Item>) {
    this.#options = options;
  }

  push(brokerId: number, items: readonly Item[]): void {
    const lane = this.#laneOf(brokerId);
    for (const item of items) lane.queue.push(item);
    void this.#work(brokerId, lane);
  }

  /** Closes the connections. What is queued is still delivered, to find that nobody can be reached any more. */
  stop(): void {
    this.#isStopped = true;
    for (const { connection } of this.#lanes.values()) connection?.close();
  }

  #laneOf(brokerId: number): Lane<Item> {
    const lane = this.#lanes.get(brokerId) ?? { queue: [], isBusy: false, connection: null };
    this.#lanes.set(brokerId, lane);
    return lane;
  }

  async #work(brokerId: number, lane: Lane<Item>): Promise<void> {
    if (lane.isBusy) return;
    lane.isBusy = true;
    while (lane.queue.length > 0)
      await this.#options.deliver(brokerId, lane.queue.splice(0, this.#options.maxItems), () =>
        this.#connect(brokerId, lane),
      );
    lane.isBusy = false;
  }

  async #connect(brokerId: number, lane: Lane<Item>): Promise<NodeConnection> {
    if (this.#isStopped) throw new TransportError('closed', 'this broker stops');
    if (lane.connection?.isOpen === true) return lane.connection;
    const { image, interBrokerListenerName, platform, clientId, timeoutMs } = this.#options;
    const endpoints = image().brokers.get(brokerId)?.endpoints ?? [];
    const address = endpoints.find(({ listenerName }) => listenerName === interBrokerListenerName);
    if (address === undefined)
      throw new TransportError('unreachable', `nobody knows where broker ${String(brokerId)} listens`);
    const connection = await platform.transport.connect(address, {
      ...{ to: 'broker', clientId, timeoutMs: timeoutMs() },
    });
    // TypeScript does not see that `stop` may have come meanwhile.
    if (this.#isStopped as boolean) connection.close();
    lane.connection = connection;
    return connection;
  }
}
