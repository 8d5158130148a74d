/** Test support: an API handler called as on a connection, so that what a version cannot say is lost or refused. */
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import type { Encodable } from '../../protocol/schema/notation.ts';
import type { ApiHandler } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { testContext } from './test-services.ts';

/** Of a request to be encoded, or of an answer that was decoded. */
export type Fields = Record<string, unknown>;

/** Through the codec both ways. `meanwhile` is run while the handler is at work: it may let virtual time pass. */
export async function callApi(
  services: Partial<BrokerServices>,
  api: ApiHandler,
  version: number,
  request: Fields,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Fields> {
  const bytes = encodeMessage(api.request, version, request as Encodable<typeof api.request>);
  const decoded = decodeMessage(api.request, version, bytes);
  const answer = Promise.resolve(api.handle(decoded, testContext(version), services as BrokerServices));
  await meanwhile();
  const response = await answer;
  if (response === null) throw new Error('no answer');
  return decodeMessage(api.response, version, encodeMessage(api.response, version, response));
}

/** Every version that is advertised. */
export function versionsOf({ minVersion, maxVersion }: ApiHandler): number[] {
  return Array.from({ length: maxVersion - minVersion + 1 }, (_, index) => minVersion + index);
}
