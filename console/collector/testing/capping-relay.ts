/**
 * Test support: a relay before one broker that makes it an older one. It cuts what ApiVersions offers to a table, refuses what
 * lies above it as a broker does that does not know it, by hanging up, and puts itself where Metadata names the broker.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ResponseFrames } from '../../../kafka-client/response-frames.ts';
import { ApiKey, apiNameOf } from '../../../protocol/api-keys.ts';
import { metadataResponse } from '../../../protocol/messages/03-metadata.ts';
import { apiVersionsResponse } from '../../../protocol/messages/18-api-versions.ts';
import { decodeMessage, encodeMessage } from '../../../protocol/schema/codec.ts';
import {
  decodeRequestHeader,
  encodeResponseFrame,
  readResponseHeader,
  type RequestHeader,
} from '../../../protocol/wire/framing.ts';
import { Reader } from '../../../protocol/wire/reader.ts';

/** The highest version of each API; what is not named is not served. */
export type VersionTable = Readonly<Record<number, number>>;

/** What brokers of Apache Kafka 2.1 and 2.8 (with ZooKeeper) serve, of what the console might ask. */
export const kafka21: VersionTable = {
  [ApiKey.ListOffsets]: 4,
  [ApiKey.Metadata]: 7,
  [ApiKey.OffsetFetch]: 5,
  [ApiKey.FindCoordinator]: 2,
  [ApiKey.DescribeGroups]: 2,
  [ApiKey.ListGroups]: 2,
  [ApiKey.ApiVersions]: 2,
  [ApiKey.DescribeConfigs]: 2,
  [ApiKey.DescribeLogDirs]: 1,
};
export const kafka28: VersionTable = {
  [ApiKey.ListOffsets]: 6,
  [ApiKey.Metadata]: 11,
  [ApiKey.OffsetFetch]: 7,
  [ApiKey.FindCoordinator]: 3,
  [ApiKey.DescribeGroups]: 5,
  [ApiKey.ListGroups]: 4,
  [ApiKey.ApiVersions]: 3,
  [ApiKey.DescribeConfigs]: 4,
  [ApiKey.DescribeLogDirs]: 2,
  [ApiKey.DescribeCluster]: 0,
};

const UNSUPPORTED_VERSION = 35;
const MAX_FRAME_BYTES = 10_000_000;

export class CappingRelay {
  /** What came, in order, as `Name vN`. */
  readonly requests: string[] = [];
  /** What no broker of that age would have understood. */
  readonly refused: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #brokerPort: number;
  readonly #table: VersionTable;

  private constructor(brokerPort: number, table: VersionTable) {
    this.#brokerPort = brokerPort;
    this.#table = table;
    this.#server = createServer((client) => this.#relay(client));
  }

  static async start(brokerPort: number, table: VersionTable): Promise<CappingRelay> {
    const relay = new CappingRelay(brokerPort, table);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get address(): string {
    return `127.0.0.1:${String(this.#port)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #relay(client: Socket): void {
    const broker = connect(this.#brokerPort, '127.0.0.1');
    const waiting: RequestHeader[] = [];
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    const fromClient = new ResponseFrames(MAX_FRAME_BYTES);
    client.on('data', (chunk) => {
      for (const frame of fromClient.push(chunk)) this.#ask(frame, client, broker, waiting);
    });
    const fromBroker = new ResponseFrames(MAX_FRAME_BYTES);
    broker.on('data', (chunk) => {
      for (const frame of fromBroker.push(chunk)) client.write(this.#answerOf(frame, waiting.shift()));
    });
  }

  #ask(frame: Buffer, client: Socket, broker: Socket, waiting: RequestHeader[]): void {
    const header = decodeRequestHeader(frame);
    const { apiKey, apiVersion, correlationId } = header;
    const name = `${apiNameOf(apiKey) ?? String(apiKey)} v${String(apiVersion)}`;
    this.requests.push(name);
    if (apiVersion <= (this.#table[apiKey] ?? -1)) {
      waiting.push(header);
      broker.write(framed(frame));
    } else if (apiKey === ApiKey.ApiVersions) {
      // Brokers before 2.4 leave the range out.
      const body = encodeMessage(apiVersionsResponse, 0, { errorCode: UNSUPPORTED_VERSION, apiKeys: [] });
      const head = Buffer.alloc(4);
      head.writeInt32BE(correlationId);
      client.write(framed(Buffer.concat([head, body])));
    } else {
      this.refused.push(name);
      client.destroy();
    }
  }

  #answerOf(frame: Buffer, header: RequestHeader | undefined): Buffer {
    const schema =
      header?.apiKey === ApiKey.ApiVersions
        ? apiVersionsResponse
        : header?.apiKey === ApiKey.Metadata
          ? metadataResponse
          : null;
    if (header === undefined || schema === null) return framed(frame);
    const reader = new Reader(frame);
    readResponseHeader(reader, schema, header.apiVersion);
    const body = frame.subarray(reader.position);
    const pieces =
      schema === apiVersionsResponse
        ? encodeResponseFrame(schema, header.apiVersion, header.correlationId, this.#capped(body, header))
        : encodeResponseFrame(
            metadataResponse,
            header.apiVersion,
            header.correlationId,
            this.#moved(body, header),
          );
    return Buffer.concat(pieces);
  }

  #capped(body: Buffer, { apiVersion }: RequestHeader) {
    const { errorCode, throttleTimeMs, apiKeys } = decodeMessage(apiVersionsResponse, apiVersion, body);
    return {
      errorCode,
      throttleTimeMs,
      apiKeys: apiKeys.flatMap((row) => {
        const cap = this.#table[row.apiKey];
        return cap === undefined ? [] : [{ ...row, maxVersion: Math.min(row.maxVersion, cap) }];
      }),
    };
  }

  #moved(body: Buffer, { apiVersion }: RequestHeader) {
    const answer = decodeMessage(metadataResponse, apiVersion, body);
    const place = { host: '127.0.0.1', port: this.#port };
    return { ...answer, brokers: answer.brokers.map((broker) => ({ ...broker, ...place })) };
  }
}

function framed(frame: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(frame.length);
  return Buffer.concat([size, frame]);
}
