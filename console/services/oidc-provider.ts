/**
 * The OpenID provider of the configuration, as next-auth takes it: authorization code with PKCE, state and nonce; the ID
 * token's signature, issuer, audience and times are checked by the library. Claims of the userinfo endpoint are added, since
 * some providers tell groups and roles only there.
 */
import type { OAuthConfig } from 'next-auth/providers/oauth';
import type { OidcSettings } from '../config/oidc-settings.ts';
import { elsewhereProvider } from '../contracts/sign-in.ts';
import type { Claims } from './oidc-accounts.ts';
import type { OidcEndpoints } from './oidc-discovery.ts';

const waitMs = 8_000;

export type OidcProfile = Claims & { sub: string };

export function oidcProvider(settings: OidcSettings, endpoints: OidcEndpoints): OAuthConfig<OidcProfile> {
  const { clientId, clientSecret, scopes, name } = settings;
  return {
    id: elsewhereProvider,
    name,
    type: 'oauth',
    issuer: endpoints.issuer,
    authorization: { url: endpoints.authorization_endpoint, params: { scope: scopes } },
    token: { url: endpoints.token_endpoint },
    jwks_endpoint: endpoints.jwks_uri,
    userinfo: {
      ...(endpoints.userinfo_endpoint === undefined ? {} : { url: endpoints.userinfo_endpoint }),
      request: async ({ client, tokens }) => {
        const claims = tokens.id_token === undefined ? {} : claimsOf(tokens);
        if (endpoints.userinfo_endpoint === undefined || tokens.access_token === undefined) return claims;
        const told = await client.userinfo(tokens.access_token);
        if (told.sub !== claims['sub']) throw new Error('the userinfo endpoint speaks of somebody else');
        return { ...told, ...claims };
      },
    },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    clientId,
    clientSecret: clientSecret ?? '',
    client: { token_endpoint_auth_method: clientSecret === null ? 'none' : 'client_secret_basic' },
    httpOptions: { timeout: waitMs },
    profile: (profile) => ({ id: profile.sub }),
  };
}

/** Next-auth's types hide that what it passes is the library's own set of tokens, with the claims that were checked. */
function claimsOf(tokens: unknown): Record<string, unknown> {
  return (tokens as { claims: () => Record<string, unknown> }).claims();
}
