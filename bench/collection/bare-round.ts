/**
 * The bare program: a lag round with as few requests as there can be and no more done than to read the answers and subtract. What a
 * round of the console costs beyond it is what the console knows of a cluster.
 */
import { connect, type Socket } from 'node:net';
import { listOffsetsRequest } from '../../protocol/messages/02-list-offsets.ts';
import { metadataRequest } from '../../protocol/messages/03-metadata.ts';
import { offsetFetchRequest } from '../../protocol/messages/09-offset-fetch.ts';
import { describeGroupsRequest } from '../../protocol/messages/15-describe-groups.ts';
import { listGroupsRequest } from '../../protocol/messages/16-list-groups.ts';
import type { Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { encodeRequestFrame } from '../../protocol/wire/framing.ts';
import {
  bareVersions,
  readCommitted,
  readDescriptions,
  readEnds,
  readGroupIds,
  readMetadata,
  type OffsetsByTopic,
} from './bare-answers.ts';

class BareConnection {
  readonly #socket: Socket;
  readonly #waiting: ((frame: Buffer) => void)[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(host: string, port: number) {
    this.#socket = connect(port, host);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#take(chunk));
  }

  ask<S extends MessageSchema>(schema: S, version: number, body: Encodable<S>): Promise<Buffer> {
    for (const piece of encodeRequestFrame(schema, version, { correlationId: 1, clientId: 'bare' }, body))
      this.#socket.write(piece);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (;;) {
      if (this.#bytes < 4) return;
      if ((this.#chunks[0]?.length ?? 0) < 4) this.#chunks = [Buffer.concat(this.#chunks)];
      const size = this.#chunks[0]?.readInt32BE() ?? 0;
      if (this.#bytes < size + 4) return;
      const all = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks);
      this.#chunks = [all.subarray(size + 4)];
      this.#bytes -= size + 4;
      this.#waiting.shift()?.(all.subarray(4, size + 4));
    }
  }
}

export class BareRounds {
  readonly #bootstrap: BareConnection;
  readonly #connections = new Map<number, BareConnection>();
  requests = 0;

  constructor(host: string, port: number) {
    this.#bootstrap = new BareConnection(host, port);
  }

  /** Resolves with the lag of everything together. */
  async round(): Promise<number> {
    this.requests = 1;
    const { metadata } = bareVersions;
    const all = { topics: null, allowAutoTopicCreation: false };
    const { brokers, led } = readMetadata(await this.#bootstrap.ask(metadataRequest, metadata, all));
    const connections = brokers.map(({ id, host, port }) => ({ id, connection: this.#to(id, host, port) }));
    const groups = await Promise.all(connections.map(({ connection }) => this.#groupsOf(connection)));
    const ends: OffsetsByTopic = new Map();
    await Promise.all(
      connections.map(async ({ id, connection }) => {
        const topics = Array.from(led.get(id) ?? [], ([name, partitions]) => ({
          name,
          partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp: -1n })),
        }));
        this.requests++;
        const body = { replicaId: -1, isolationLevel: 0, topics };
        readEnds(await connection.ask(listOffsetsRequest, bareVersions.listOffsets, body), ends);
      }),
    );
    return lagOf(groups, ends);
  }

  close(): void {
    for (const connection of [this.#bootstrap, ...this.#connections.values()]) connection.close();
  }

  async #groupsOf(connection: BareConnection): Promise<Map<string, OffsetsByTopic>> {
    const { listGroups, describeGroups, offsetFetch } = bareVersions;
    this.requests++;
    const ids = readGroupIds(await connection.ask(listGroupsRequest, listGroups, {}));
    if (ids.length === 0) return new Map();
    this.requests += 2;
    const groups = ids.map((groupId) => ({ groupId, topics: null }));
    const [described, committed] = await Promise.all([
      connection.ask(describeGroupsRequest, describeGroups, { groups: ids }),
      connection.ask(offsetFetchRequest, offsetFetch, { groups }),
    ]);
    readDescriptions(described);
    return readCommitted(committed);
  }

  #to(id: number, host: string, port: number): BareConnection {
    let connection = this.#connections.get(id);
    if (connection === undefined) this.#connections.set(id, (connection = new BareConnection(host, port)));
    return connection;
  }
}

function lagOf(groups: readonly Map<string, OffsetsByTopic>[], ends: OffsetsByTopic): number {
  let lag = 0;
  for (const coordinator of groups) {
    for (const topics of coordinator.values()) {
      for (const [name, offsets] of topics) {
        const known = ends.get(name) ?? [];
        offsets.forEach((offset, partition) => (lag += Math.max(0, (known[partition] ?? offset) - offset)));
      }
    }
  }
  return lag;
}
