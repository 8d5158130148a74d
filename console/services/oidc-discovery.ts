/**
 * Where an OpenID provider's endpoints are, read from its discovery document (OpenID Connect Discovery 1.0 §4) and kept for a
 * while. The document has to name the very issuer it was asked for, or tokens of somebody else's could be let in (§4.3).
 */
import { z } from 'zod';
import { connectionWords } from '../model/connection-words.ts';

const waitMs = 5_000;
const keepMs = 10 * 60_000;
const documentBytesMax = 256 * 1024;

export class OidcError extends Error {
  override readonly name = 'OidcError';
  readonly code: 'oidc-unreachable' | 'oidc-wrong-issuer';

  constructor(code: OidcError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const address = z.url({ protocol: /^https?$/ });
const documentSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  userinfo_endpoint: address.optional(),
});
export type OidcEndpoints = z.infer<typeof documentSchema>;

async function readDocument(url: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(waitMs);
    const answer = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const text = await answer.text();
    if (text.length > documentBytesMax) throw new Error('the answer is too long');
    return JSON.parse(text);
  } catch (cause) {
    const words = `${url} does not answer as it should: ${connectionWords(cause)}`;
    throw new OidcError('oidc-unreachable', words, { cause });
  }
}

export async function discover(issuer: string): Promise<OidcEndpoints> {
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const document = documentSchema.safeParse(await readDocument(url));
  if (!document.success) {
    throw new OidcError('oidc-unreachable', `${url} is no discovery document: ${document.error.message}`);
  }
  const named = document.data.issuer;
  if (named.replace(/\/+$/, '') !== issuer.replace(/\/+$/, '')) {
    throw new OidcError('oidc-wrong-issuer', `${url} speaks for ${named}, not for ${issuer}.`);
  }
  return document.data;
}

const known = new Map<string, { endpoints: OidcEndpoints; atMs: number }>();

/** Failures are not kept: the next try asks again. */
export async function endpointsOf(issuer: string, nowMs: number): Promise<OidcEndpoints> {
  const kept = known.get(issuer);
  if (kept !== undefined && nowMs - kept.atMs < keepMs && nowMs >= kept.atMs) return kept.endpoints;
  const endpoints = await discover(issuer);
  known.set(issuer, { endpoints, atMs: nowMs });
  return endpoints;
}
