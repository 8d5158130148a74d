/**
 * Asks the brokers in turn who leads a topic's partitions. A broker that is cut off from the others, but not from its clients,
 * goes on telling what it knew; a client that only ever asked that one would never hear of the new leaders. Java's clients ask
 * any of the brokers, and so get away from it.
 */
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { MetadataResponse } from '../../protocol/messages/03-metadata.ts';

export type PartitionMetadata = MetadataResponse['topics'][number]['partitions'][number];

export class LeaderFinder {
  readonly #topic: string;
  readonly #clients: readonly KafkaCluster[];
  #turn = 0;

  constructor(name: string, bootstrap: readonly string[], topic: string) {
    this.#topic = topic;
    this.#clients = bootstrap.map(
      (address) =>
        new KafkaCluster({
          ...{ bootstrap: [address], clientId: `${name}-finder` },
          ...{ connectTimeoutMs: 1_000, requestTimeoutMs: 2_000 },
        }),
    );
  }

  /** As the next broker in turn that answers says it, in their order; empty when none does. */
  async ask(): Promise<readonly PartitionMetadata[]> {
    for (let asked = 0; asked < this.#clients.length; asked++) {
      const client = this.#clients[this.#turn++ % this.#clients.length];
      const answer = await client?.metadata([this.#topic]).catch(() => null);
      const partitions = answer?.topics[0]?.partitions ?? [];
      if (partitions.length > 0) return [...partitions].sort((a, b) => a.partitionIndex - b.partitionIndex);
    }
    return [];
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

/** What each of the brokers says of a topic's partitions: for a failure that is to explain itself. */
export async function asEachSaysIt(bootstrap: readonly string[], topic: string): Promise<string> {
  const views = bootstrap.map(async (address) => {
    const one = new LeaderFinder('fault-witness', [address], topic);
    const said = (await one.ask()).map(
      ({ partitionIndex, leaderId, leaderEpoch, isrNodes }) =>
        `${String(partitionIndex)}: leader ${String(leaderId)} epoch ${String(leaderEpoch)} isr ${isrNodes.join()}`,
    );
    one.close();
    return `  ${address} says ${said.join('; ') || 'nothing'}`;
  });
  return (await Promise.all(views)).join('\n');
}
