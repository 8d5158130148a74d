/**
 * Signing in elsewhere, by OpenID Connect: what the AQUILA_OIDC_* variables say, checked together. Pure.
 *
 * Which role somebody gets is read from a claim. A mapping names, for each role, the values of the claim that give it; of
 * several the highest counts, and whoever has none is not let in. `*` is everybody.
 */
export const mappedRoles = ['admin', 'operator', 'viewer'] as const;
type MappedRole = (typeof mappedRoles)[number];
export type RoleMapping = Readonly<Record<MappedRole, readonly string[]>>;

export interface OidcSettings {
  /** Without a slash at its end, unless it is written with one there. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | null;
  /** What the button on the sign-in page says: "Sign in with NAME". */
  readonly name: string;
  readonly scopes: string;
  readonly userClaim: string;
  /** Of nested claims with points: realm_access.roles */
  readonly roleClaim: string;
  readonly roles: RoleMapping;
}

export const roleMappingText = 'ROLE=value|value,ROLE=value with the roles admin, operator and viewer';

/** Null when it is not a mapping. */
export function parseRoleMapping(text: string): RoleMapping | null {
  const mapping: Record<MappedRole, string[]> = { admin: [], operator: [], viewer: [] };
  for (const entry of text.split(',')) {
    const at = entry.indexOf('=');
    const role = mappedRoles.find((each) => each === entry.slice(0, at).trim());
    const values = entry
      .slice(at + 1)
      .split('|')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    if (at < 0 || role === undefined || values.length === 0) return null;
    mapping[role].push(...values);
  }
  return mapping;
}

const ownNames: RoleMapping = { admin: ['admin'], operator: ['operator'], viewer: ['viewer'] };

export interface OidcValues {
  readonly AQUILA_OIDC_ISSUER?: string;
  readonly AQUILA_OIDC_CLIENT_ID?: string;
  readonly AQUILA_OIDC_CLIENT_SECRET?: string;
  readonly AQUILA_OIDC_NAME?: string;
  readonly AQUILA_OIDC_SCOPES?: string;
  readonly AQUILA_OIDC_USER_CLAIM?: string;
  readonly AQUILA_OIDC_ROLE_CLAIM?: string;
  readonly AQUILA_OIDC_ROLES?: RoleMapping;
}

/** The settings, null when there are none, or what is missing, in words. */
export function oidcSettings(values: OidcValues): OidcSettings | null | { readonly problem: string } {
  const { AQUILA_OIDC_ISSUER: issuer, AQUILA_OIDC_CLIENT_ID: clientId } = values;
  if (issuer === undefined) {
    const other = Object.entries(values).find(
      ([name, value]) => name.startsWith('AQUILA_OIDC_') && value !== undefined,
    );
    return other === undefined ? null : { problem: `${other[0]}: has no effect without AQUILA_OIDC_ISSUER.` };
  }
  if (clientId === undefined) {
    return { problem: 'AQUILA_OIDC_CLIENT_ID: is needed with AQUILA_OIDC_ISSUER.' };
  }
  return {
    issuer,
    clientId,
    clientSecret: values.AQUILA_OIDC_CLIENT_SECRET ?? null,
    name: values.AQUILA_OIDC_NAME ?? new URL(issuer).hostname,
    scopes: values.AQUILA_OIDC_SCOPES ?? 'openid profile email',
    userClaim: values.AQUILA_OIDC_USER_CLAIM ?? 'preferred_username',
    roleClaim: values.AQUILA_OIDC_ROLE_CLAIM ?? 'roles',
    roles: values.AQUILA_OIDC_ROLES ?? ownNames,
  };
}
