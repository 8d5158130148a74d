/**
 * A small OpenID provider for tests: discovery, keys, authorization code with PKCE, userinfo. It signs with a key of its own,
 * holds the console to the protocol, and does each thing wrong that it is told to do wrong once.
 */
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export const clientId = 'aquila-tests';
export const clientSecret = 'a secret that only tests know';

/** What the next answer gets wrong; it applies once. */
export type Fault =
  | 'discovery-fails'
  | 'discovery-of-another'
  | 'other-key'
  | 'no-signature'
  | 'other-audience'
  | 'other-issuer'
  | 'other-nonce'
  | 'expired'
  | 'userinfo-of-another';

export interface OidcServer {
  readonly issuer: string;
  /** Who signs in next. */
  claims: Record<string, unknown>;
  /** Told by the userinfo endpoint only. */
  userinfo: Record<string, unknown>;
  fault: Fault | null;
  /** What the authorization endpoint was asked, last. */
  readonly asked: () => URLSearchParams;
  readonly close: () => Promise<void>;
}

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

function signed(claims: object, key: KeyObject): string {
  const text = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

async function bodyOf(request: http.IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

export async function startOidcServer(): Promise<OidcServer> {
  const [keys, strangeKeys] = [newKey(), newKey()];
  const grants = new Map<string, Grant>();
  let asked = new URLSearchParams();
  const state: { claims: Record<string, unknown>; userinfo: Record<string, unknown>; fault: Fault | null } = {
    claims: {},
    userinfo: {},
    fault: null,
  };
  const take = (fault: Fault): boolean => {
    if (state.fault !== fault) return false;
    state.fault = null;
    return true;
  };

  const idToken = ({ nonce }: Grant, issuer: string): string => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const age = take('expired') ? 7_200 : 0;
    const claims = {
      iss: take('other-issuer') ? 'https://evil.example' : issuer,
      aud: take('other-audience') ? 'somebody else' : clientId,
      iat: nowSeconds - age,
      exp: nowSeconds - age + 300,
      nonce: take('other-nonce') ? 'not the one' : nonce,
      ...state.claims,
    };
    if (take('no-signature')) return `${part({ alg: 'none' })}.${part(claims)}.`;
    return signed(claims, take('other-key') ? strangeKeys.privateKey : keys.privateKey);
  };

  const server = http.createServer((request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const url = new URL(request.url ?? '/', issuer);
    const json = (value: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const token = async (): Promise<void> => {
      const body = await bodyOf(request);
      const grant = grants.get(body.get('code') ?? '');
      grants.delete(body.get('code') ?? '');
      const basic = Buffer.from(
        `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret).replaceAll('%20', '+')}`,
      ).toString('base64');
      const proof = createHash('sha256')
        .update(body.get('code_verifier') ?? '')
        .digest('base64url');
      if (request.headers.authorization !== `Basic ${basic}`) return json({ error: 'invalid_client' }, 401);
      if (grant === undefined || proof !== grant.challenge || body.get('redirect_uri') !== grant.redirectUri)
        return json({ error: 'invalid_grant' }, 400);
      json({
        access_token: randomUUID(),
        token_type: 'Bearer',
        expires_in: 300,
        id_token: idToken(grant, issuer),
      });
    };
    const authorize = (): void => {
      asked = url.searchParams;
      const code = randomUUID();
      const redirectUri = asked.get('redirect_uri') ?? '';
      grants.set(code, {
        nonce: asked.get('nonce') ?? '',
        challenge: asked.get('code_challenge') ?? '',
        redirectUri,
      });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      response.writeHead(302, { location: back.toString() }).end();
    };
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        if (take('discovery-fails')) return json({}, 500);
        return json({
          issuer: take('discovery-of-another') ? 'https://evil.example' : issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          userinfo_endpoint: `${issuer}/userinfo`,
        });
      case '/jwks':
        return json({
          keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
        });
      case '/authorize':
        return authorize();
      case '/token':
        return void token();
      case '/userinfo':
        return json({
          ...state.userinfo,
          sub: take('userinfo-of-another') ? 'somebody else' : state.claims['sub'],
        });
      default:
        return json({}, 404);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
