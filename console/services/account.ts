/**
 * One's own account. A password is changed by whoever knows the present one; guessing at it from an open session is limited
 * like signing in. The session it is changed in goes on, all others end.
 */
import type { Account, ChangePassword } from '../contracts/account.ts';
import { reserveTry, takeBackTries } from '../store/failed-tries.ts';
import { changeOwnPassword as storeOwnPassword, findUserById } from '../store/users.ts';
import type { StoredUser } from '../store/users.ts';
import { noSuchUser, userContract } from './accounts.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { openStreams } from './open-streams.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { checkPasswordStrength } from './password-strength.ts';
import { triesPerAccount, tryWindowMs } from './sign-in.ts';

async function requireSelf(context: ConsoleContext, actor: Actor): Promise<StoredUser> {
  const user = await findUserById(context.database, actor.id);
  if (user === null) throw noSuchUser();
  return user;
}

export async function account(context: ConsoleContext, actor: Actor): Promise<Account> {
  const user = await requireSelf(context, actor);
  return { ...userContract(user), hasPassword: user.passwordHash !== '' };
}

/** Throws unless `password` is the present one. Every try counts as failed until it was right. */
async function requirePresentPassword(
  context: ConsoleContext,
  user: StoredUser,
  password: string,
): Promise<void> {
  const limit = { kind: 'own-password', subject: user.id, tries: triesPerAccount, windowMs: tryWindowMs };
  const tried = await reserveTry(context.database, [limit], context.now().getTime());
  if ('retryAfterSeconds' in tried) {
    const { retryAfterSeconds } = tried;
    throw new ConsoleError('too-many-tries', 'Too many wrong passwords.', { retryAfterSeconds });
  }
  let right: boolean;
  try {
    right = await verifyPassword(user.passwordHash, password);
  } catch (error) {
    await takeBackTries(context.database, tried.ids);
    throw error;
  }
  if (!right) {
    throw new ConsoleError('invalid', 'The present password is not right.', {
      errors: { current: 'is not your present password' },
    });
  }
  await takeBackTries(context.database, tried.ids);
}

export async function changeOwnPassword(
  context: ConsoleContext,
  actor: Actor,
  { current, password }: ChangePassword,
): Promise<Account> {
  const user = await requireSelf(context, actor);
  if (user.passwordHash === '' || actor.sessionId === null) {
    throw new ConsoleError('conflict', 'This account signs in elsewhere and has no password here.');
  }
  await requirePresentPassword(context, user, current);
  checkPasswordStrength(user.name, password);
  const hash = await hashPassword(password);
  if (!(await storeOwnPassword(context.database, user.id, hash, actor.sessionId))) throw noSuchUser();
  openStreams.closeOfActor(user.id);
  return account(context, actor);
}
