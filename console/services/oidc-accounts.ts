/**
 * Who comes back from an OpenID provider, and as what. An account is found by issuer and subject, never by its name or mail
 * address, so that nobody gets into another's account by being called the same. At the first time it is made; at every time
 * it takes the role that the provider's claim gives, so that a right taken away there is gone here at the next sign-in.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { OidcSettings } from '../config/oidc-settings.ts';
import { mappedRoles } from '../config/oidc-settings.ts';
import { userNameSchema } from '../contracts/accounts.ts';
import type { Role } from '../contracts/envelope.ts';
import type { SignInError } from '../contracts/sign-in.ts';
import * as store from '../store/users.ts';
import type { StoredUser } from '../store/users.ts';
import { recordAudit } from './audit.ts';
import type { ConsoleContext } from './context.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** `realm_access.roles` is looked for as a name of its own first, then as a path. */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string, unknown>)[part];
  }, claims);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).concat(value);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** The highest role that the claim gives, or null. */
export function roleOfClaims(settings: OidcSettings, claims: Claims): Role | null {
  const values = new Set(textsOf(claimOf(claims, settings.roleClaim)));
  const gives = (accepted: readonly string[]) =>
    accepted.includes('*') || accepted.some((value) => values.has(value));
  return mappedRoles.find((role) => gives(settings.roles[role])) ?? null;
}

/** The first of the claim that is asked for, the mail address and the subject that can be a user name here. */
export function nameOfClaims(settings: OidcSettings, claims: Claims): string | null {
  const candidates = [claimOf(claims, settings.userClaim), claims['email'], claims['sub']];
  return (
    candidates.map((value) => userNameSchema.safeParse(value).data).find((name) => name !== undefined) ?? null
  );
}

export function externalIdOf(issuer: string, subject: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
}

export type ElsewhereOutcome = { user: StoredUser } | { refused: SignInError; name: string };

async function makeAccount(
  context: ConsoleContext,
  { name, role, externalId }: { name: string; role: Role; externalId: string },
): Promise<StoredUser | null> {
  const user: StoredUser = {
    id: randomUUID(),
    name,
    passwordHash: '',
    role,
    clusters: null,
    externalId,
    disabled: false,
    tokenVersion: 0,
    createdAt: context.now(),
    lastLoginAt: null,
  };
  return (await store.insertUser(context.database, user)) ? user : null;
}

async function accountOf(
  context: ConsoleContext,
  settings: OidcSettings,
  claims: Claims,
): Promise<ElsewhereOutcome & { made?: boolean; changed?: boolean }> {
  const subject = typeof claims['sub'] === 'string' ? claims['sub'] : '';
  const externalId = externalIdOf(settings.issuer, subject);
  const found = await store.findUserByExternalId(context.database, externalId);
  const name = found?.name ?? nameOfClaims(settings, claims);
  if (subject === '' || name === null) return { refused: 'oidc-no-name', name: subject };
  const role = roleOfClaims(settings, claims);
  if (role === null) return { refused: 'oidc-no-role', name };
  if (found === null) {
    const user = await makeAccount(context, { name, role, externalId });
    return user === null ? { refused: 'oidc-name-taken', name } : { user, made: true };
  }
  if (found.disabled) return { refused: 'oidc-disabled', name };
  if (found.role === role) return { user: found };
  // Who is an administrator now is no longer limited to some clusters.
  const clusters = role === 'admin' ? null : found.clusters;
  const outcome = await store.changeUser(context.database, found.id, { role, clusters });
  return 'user' in outcome ? { user: outcome.user, changed: true } : { refused: 'oidc-refused', name };
}

/** `claims` are those of a token whose signature, issuer, audience and nonce were checked. */
export async function signInElsewhere(
  context: ConsoleContext,
  settings: OidcSettings,
  claims: Claims,
  ip: string,
): Promise<ElsewhereOutcome> {
  const outcome = await accountOf(context, settings, claims);
  const name = 'user' in outcome ? outcome.user.name : outcome.name;
  const note = (action: string, result: string, detail: string | null = null) =>
    recordAudit(context, { actor: { name, ip }, action, target: name, result, detail });
  if (!('user' in outcome)) {
    await note('session.create', `refused: ${outcome.refused}`);
    return outcome;
  }
  const { user } = outcome;
  if (outcome.made === true) await note('user.create', 'ok', `${user.role}, signs in at ${settings.issuer}`);
  if (outcome.changed === true) await note('user.change', 'ok', `role by ${settings.issuer}: ${user.role}`);
  await store.recordLogin(context.database, user.id, context.now());
  await note('session.create', 'ok', `by ${settings.issuer}`);
  return { user };
}
