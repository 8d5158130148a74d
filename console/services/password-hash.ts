/**
 * argon2id with the parameters OWASP names as a minimum (19 MiB, 2 passes, 1 lane), in libuv's thread pool.
 *
 * At most two hashes run at once and a bounded number waits, so that a flood of sign-ins neither stops the event loop
 * nor eats the memory. Passwords are normalised (NFC) and never cut.
 */
import { hash, verify } from '@node-rs/argon2';
import { ConsoleError } from './console-error.ts';

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const runningMax = 2;
const waitingMax = 100;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= runningMax) {
    if (waiting.length >= waitingMax)
      throw new ConsoleError('too-many-tries', 'Too many sign-ins at once.', { retryAfterSeconds: 5 });
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFC'), parameters));
}

let dummy: Promise<string> | null = null;

/** With a hash of null it takes as long and says no, so that a name that does not exist cannot be told by the time. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const against = passwordHash ?? (await (dummy ??= hashPassword('nobody has this password')));
  const right = await inTurn(() => verify(against, password.normalize('NFC')));
  return right && passwordHash !== null;
}
