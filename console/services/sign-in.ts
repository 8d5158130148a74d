/**
 * Checks a name and a password, within limits: 5 failed tries in 15 minutes for one account, 20 for one address.
 *
 * Every try is written as failed before the password is looked at, and taken back when it was right, so that parallel
 * tries cannot pass the limit together. The answer and the time it takes are the same whether the name exists or not.
 * Trying on while locked does not lengthen the lock.
 */
import { passwordLengthMax } from '../contracts/accounts.ts';
import {
  deleteTriesBefore,
  forgetTries,
  reserveTry,
  takeBackTries,
  TRIES_KEPT_MS,
} from '../store/failed-tries.ts';
import type { TryLimit } from '../store/failed-tries.ts';
import { findUserByName, recordLogin } from '../store/users.ts';
import type { StoredUser } from '../store/users.ts';
import { recordAudit } from './audit.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { verifyPassword } from './password-hash.ts';

export const triesPerAccount = 5;
export const triesPerAddress = 20;
export const tryWindowMs = 15 * 60_000;
const userNameLengthMax = 64;

export interface SignInAttempt {
  username: string;
  password: string;
  ip: string;
}

export type SignInOutcome =
  | { user: StoredUser }
  | { refused: 'wrong-credentials' }
  | { refused: 'too-many-tries' | 'busy'; retryAfterSeconds: number };

function limitsOf({ username, ip }: SignInAttempt): TryLimit[] {
  return [
    { kind: 'sign-in-account', subject: username, tries: triesPerAccount, windowMs: tryWindowMs },
    { kind: 'sign-in-address', subject: ip, tries: triesPerAddress, windowMs: tryWindowMs },
  ];
}

export async function signIn(context: ConsoleContext, attempt: SignInAttempt): Promise<SignInOutcome> {
  const { username, password, ip } = attempt;
  const { database } = context;
  const now = context.now();
  if (username.length === 0 || username.length > userNameLengthMax || password.length > passwordLengthMax) {
    return { refused: 'wrong-credentials' };
  }
  await deleteTriesBefore(database, now.getTime() - TRIES_KEPT_MS);
  const reservation = await reserveTry(database, limitsOf(attempt), now.getTime());
  if ('retryAfterSeconds' in reservation) {
    return { refused: 'too-many-tries', retryAfterSeconds: reservation.retryAfterSeconds };
  }
  const user = await findUserByName(database, username);
  let right: boolean;
  try {
    right = await verifyPassword(user?.passwordHash ?? null, password);
  } catch (error) {
    await takeBackTries(database, reservation.ids);
    if (error instanceof ConsoleError)
      return { refused: 'busy', retryAfterSeconds: error.retryAfterSeconds ?? 5 };
    throw error;
  }
  if (user === null || !right || user.disabled) {
    const actor = { name: username, ip };
    await recordAudit(context, {
      actor,
      action: 'session.create',
      target: username,
      result: 'refused: wrong-credentials',
    });
    return { refused: 'wrong-credentials' };
  }
  await takeBackTries(database, reservation.ids);
  await forgetTries(database, 'sign-in-account', username);
  await recordLogin(database, user.id, now);
  await recordAudit(context, {
    actor: { name: user.name, ip },
    action: 'session.create',
    target: user.name,
    result: 'ok',
  });
  return { user };
}
