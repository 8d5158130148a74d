/**
 * Where the leader is now, told together with the error that says it is not here (KIP-951): the client need not ask
 * for metadata first. Collects the endpoints that an answer names, each broker once.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { MetadataImage } from '../controller/image.ts';

export interface LeaderHint {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

export interface NodeEndpoint {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export class LeaderHints {
  readonly #image: () => MetadataImage;
  readonly #listenerName: string;
  readonly #endpoints = new Map<number, NodeEndpoint>();

  constructor(image: () => MetadataImage, listenerName: string) {
    this.#image = image;
    this.#listenerName = listenerName;
  }

  /** Null unless the error means that somebody else leads, and it is known who. */
  of(errorCode: number, topic: string, partition: number): LeaderHint | null {
    if (errorCode !== ErrorCode.NOT_LEADER_OR_FOLLOWER && errorCode !== ErrorCode.FENCED_LEADER_EPOCH)
      return null;
    const image = this.#image();
    const known = image.topicsByName.get(topic)?.partitions.get(partition);
    const broker = known === undefined ? undefined : image.brokers.get(known.leader);
    const endpoint = broker?.endpoints.find(({ listenerName }) => listenerName === this.#listenerName);
    if (known === undefined || broker === undefined || endpoint === undefined) return null;
    const { host, port } = endpoint;
    this.#endpoints.set(broker.brokerId, { nodeId: broker.brokerId, host, port, rack: broker.rack });
    return { leaderId: known.leader, leaderEpoch: known.leaderEpoch };
  }

  get endpoints(): NodeEndpoint[] {
    return [...this.#endpoints.values()];
  }
}
