/**
 * One API as the client calls it: the schemas of both directions and the newest version that the caller understands.
 * Which version is sent is the highest that both sides have.
 */
import { apiNameOf } from '../protocol/api-keys.ts';
import type { MessageSchema } from '../protocol/schema/notation.ts';
import { ClientError } from './client-error.ts';

export interface ApiCall<
  Req extends MessageSchema = MessageSchema,
  Res extends MessageSchema = MessageSchema,
> {
  readonly request: Req;
  readonly response: Res;
  readonly minVersion: number;
  readonly maxVersion: number;
}

interface VersionBounds {
  readonly minVersion?: number;
  readonly maxVersion?: number;
}

export function apiCall<Req extends MessageSchema, Res extends MessageSchema>(
  request: Req,
  response: Res,
  bounds: VersionBounds = {},
): ApiCall<Req, Res> {
  return {
    request,
    response,
    minVersion: bounds.minVersion ?? request.versions.min,
    maxVersion: bounds.maxVersion ?? request.versions.max,
  };
}

/** Versions that one broker serves, by API key. */
export type BrokerVersions = ReadonlyMap<
  number,
  { readonly minVersion: number; readonly maxVersion: number }
>;

/** The version to send, or null if the broker has none that we speak. */
export function commonVersion(api: ApiCall, broker: BrokerVersions): number | null {
  const offered = broker.get(api.request.apiKey);
  if (offered === undefined) return null;
  const version = Math.min(api.maxVersion, offered.maxVersion);
  return version >= Math.max(api.minVersion, offered.minVersion) ? version : null;
}

/** Like commonVersion, but a missing version is ClientError('UNSUPPORTED_API'). */
export function requireVersion(api: ApiCall, broker: BrokerVersions, who: string): number {
  const version = commonVersion(api, broker);
  if (version !== null) return version;
  const name = apiNameOf(api.request.apiKey) ?? `API ${api.request.apiKey}`;
  const offered = broker.get(api.request.apiKey);
  const has =
    offered === undefined ? 'does not serve it' : `serves ${offered.minVersion} to ${offered.maxVersion}`;
  throw new ClientError(
    'UNSUPPORTED_API',
    `${name} ${api.minVersion} to ${api.maxVersion} wanted; ${who} ${has}`,
  );
}
