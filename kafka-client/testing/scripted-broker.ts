/**
 * A broker that answers by script: a real TCP server over the codec of protocol/, for tests of the client. Each API is
 * a function from the decoded request to the answer; what it serves in ApiVersions follows from the script.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { decodeRequestHeader, encodeResponseFrame, type RequestHeader } from '../../protocol/wire/framing.ts';
import { ResponseFrames } from '../response-frames.ts';

/** What a script may do instead of answering. */
export type Misbehaviour = 'close' | 'silence' | { readonly bytes: Buffer };

export interface ScriptedApi {
  readonly request: MessageSchema;
  readonly maxVersion: number;
  readonly respond: (header: RequestHeader, body: Buffer) => Buffer | Misbehaviour;
}

export function script<Req extends MessageSchema, Res extends MessageSchema>(
  request: Req,
  response: Res,
  answer: (body: Decoded<Req>, header: RequestHeader) => Encodable<Res> | Misbehaviour,
  maxVersion = request.versions.max,
): ScriptedApi {
  return {
    request,
    maxVersion,
    respond: (header, body) => {
      const value = answer(decodeMessage(request, header.apiVersion, body), header);
      if (value === 'close' || value === 'silence') return value;
      if (typeof value === 'object' && 'bytes' in value && Buffer.isBuffer(value.bytes))
        return { bytes: value.bytes };
      const frame = encodeResponseFrame(
        response,
        header.apiVersion,
        header.correlationId,
        value as Encodable<Res>,
      );
      return Buffer.concat(frame);
    },
  };
}

export class ScriptedBroker {
  /** Every request that arrived, in order, as `Name vN`. */
  readonly requests: string[] = [];
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #apis = new Map<number, ScriptedApi>();

  private constructor(apis: readonly ScriptedApi[], tls: TlsOptions | null) {
    for (const api of [scriptedApiVersions(this.#apis), ...apis]) this.#apis.set(api.request.apiKey, api);
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = tls === null ? createServer(serve) : createTlsServer(tls, serve);
  }

  static async start(
    apis: readonly ScriptedApi[] = [],
    tls: TlsOptions | null = null,
  ): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(apis, tls);
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve));
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Adds or replaces an API. */
  set(api: ScriptedApi): void {
    this.#apis.set(api.request.apiKey, api);
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves once nobody is connected any more. */
  async emptied(): Promise<void> {
    await Promise.all(
      Array.from(this.#sockets, (socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    const frames = new ResponseFrames(1_000_000);
    socket.on('data', (chunk) => {
      try {
        for (const frame of frames.push(chunk)) this.#answer(socket, frame);
      } catch (error) {
        // What no Kafka client sends, a TLS handshake for one; a broker hangs up.
        socket.destroy(error as Error);
      }
    });
  }

  #answer(socket: Socket, frame: Buffer): void {
    const header = decodeRequestHeader(frame);
    const api = this.#apis.get(header.apiKey);
    this.requests.push(`${api?.request.name.replace('Request', '') ?? header.apiKey} v${header.apiVersion}`);
    const answer = api?.respond(header, frame.subarray(header.bodyPosition)) ?? 'close';
    if (answer === 'close') socket.destroy();
    else if (answer !== 'silence') socket.write(Buffer.isBuffer(answer) ? answer : answer.bytes);
  }
}

/** Like a real broker: an unknown version is answered as version 0 with error 35 and the range of ApiVersions. */
function scriptedApiVersions(apis: ReadonlyMap<number, ScriptedApi>): ScriptedApi {
  return {
    request: apiVersionsRequest,
    maxVersion: apiVersionsRequest.versions.max,
    respond: (header) => apiVersionsAnswer(header, apis, apiVersionsRequest.versions.max),
  };
}

function apiVersionsAnswer(
  header: RequestHeader,
  apis: ReadonlyMap<number, ScriptedApi>,
  maxVersion: number,
): Buffer {
  const rows = Array.from(apis.values(), (api) => ({
    apiKey: api.request.apiKey,
    minVersion: 0,
    maxVersion: api.request.apiKey === apiVersionsRequest.apiKey ? maxVersion : api.maxVersion,
  }));
  const known = header.apiVersion <= maxVersion;
  const body = known
    ? { errorCode: 0, apiKeys: rows }
    : { errorCode: 35, apiKeys: rows.filter((row) => row.apiKey === apiVersionsRequest.apiKey) };
  const bytes = encodeMessage(apiVersionsResponse, known ? header.apiVersion : 0, body);
  const head = Buffer.alloc(8);
  head.writeInt32BE(bytes.length + 4);
  head.writeInt32BE(header.correlationId, 4);
  return Buffer.concat([head, bytes]);
}

/** An ApiVersions that knows versions up to `maxVersion` only. */
export function olderApiVersions(maxVersion: number, apis: readonly ScriptedApi[] = []): ScriptedApi {
  const table = new Map(apis.map((api) => [api.request.apiKey, api]));
  const self: ScriptedApi = {
    request: apiVersionsRequest,
    maxVersion,
    respond: (header) => apiVersionsAnswer(header, table, maxVersion),
  };
  return table.set(apiVersionsRequest.apiKey, self) && self;
}

/** Metadata that names these brokers; the ids are their places in the list. */
export function scriptedMetadata(brokers: () => readonly ScriptedBroker[], controllerId = 0): ScriptedApi {
  return script(metadataRequest, metadataResponse, () => ({
    brokers: brokers().map((broker, nodeId) => ({
      nodeId,
      host: '127.0.0.1',
      port: broker.port,
      rack: null,
    })),
    clusterId: 'scripted',
    controllerId,
    topics: [],
  }));
}
