/**
 * argon2id with the parameters OWASP names as a minimum (19 MiB, 2 passes, 1 lane), in libuv's thread pool.
 *
 * At most two hashes run at once and a bounded number waits, so that a flood of sign-ins neither stops the event loop
 * nor eats the memory. Passwords are normalised (NFC) and never cut.
 */
import { hash, verify } from '@node-rs/argon2';
import { inTurnOf } from './in-turn.ts';

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const inTurn = inTurnOf({
  runningMax: 2,
  waitingMax: 100,
  refusal: 'Too many sign-ins at once.',
  retryAfterSeconds: 5,
});

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFC'), parameters));
}

let dummy: Promise<string> | null = null;

/**
 * Without a hash (null, or the empty one of an account that signs in elsewhere) it takes as long and says no, so that neither a name that
 * does not exist nor where somebody signs in can be told by the time.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const hasHash = passwordHash !== null && passwordHash !== '';
  const against = hasHash ? passwordHash : await (dummy ??= hashPassword('nobody has this password'));
  const right = await inTurn(() => verify(against, password.normalize('NFC')));
  return right && hasHash;
}
