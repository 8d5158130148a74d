/**
 * The way to the active controller that needs no socket: this node's own table of the controller listener. Requests and
 * answers are encoded and decoded as on a connection, so that a cluster of one takes the same bytes for right as one of
 * three.
 */
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import type { ControllerApiHandler, RequestContext } from '../apis/api-handler.ts';
import type { ControllerServices } from '../apis/broker-services.ts';
import type { NodeApi } from '../platform/transport.ts';

export interface LocalController {
  isActive(): boolean;
  call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
  ): Promise<Decoded<Res>>;
}

export interface LocalControllerOptions {
  readonly table: ReadonlyMap<number, ControllerApiHandler>;
  readonly services: ControllerServices;
  readonly clientId: string;
}

export function localController({ table, services, clientId }: LocalControllerOptions): LocalController {
  const identity: Omit<RequestContext, 'apiVersion'> = {
    ...{ clientId, connectionId: clientId, clientHost: '/127.0.0.1' },
    ...{ listenerName: 'CONTROLLER', principal: 'User:ANONYMOUS', fromNode: true, ofThisNode: true },
    // Never. One for each: who listens to it would otherwise live as long as the process.
    closed: new AbortController().signal,
  };
  return {
    isActive: () => services.controller.isActive,
    async call<Req extends MessageSchema, Res extends MessageSchema>(
      api: NodeApi<Req, Res>,
      version: number,
      body: Encodable<Req>,
    ): Promise<Decoded<Res>> {
      const handler = table.get(api.request.apiKey);
      if (handler === undefined) throw new Error(`${api.request.name} is not served by controllers.`);
      const request = decodeMessage(api.request, version, encodeMessage(api.request, version, body));
      const answer = await handler.handle(request, { ...identity, apiVersion: version }, services);
      if (answer === null) throw new Error(`${api.request.name} has no answer.`);
      return decodeMessage(api.response, version, encodeMessage(api.response, version, answer));
    },
  };
}
