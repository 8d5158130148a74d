/**
 * Several statements as one: all of them are kept, or none. As strict on every database as SQLite is by itself: what was read
 * inside still holds when it ends. PostgreSQL and MySQL undo one of two transactions that met; it is done again from the beginning,
 * so `work` must not leave anything behind but in the database; `attempt` says how often it ran before.
 */
import { isWriteConflict } from './database-failure.ts';
import type { Database, Transaction } from './database.ts';
import { StoreError } from './store-error.ts';

const ATTEMPTS_MAX = 12;
const PAUSE_STEP_MS = 15;

export async function transact<Result>(
  database: Database,
  work: (inside: Transaction, attempt: number) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await database.$transaction((inside) => work(inside, attempt), {
        isolationLevel: 'Serializable',
      });
    } catch (error) {
      if (!isWriteConflict(error)) throw tooSlow(error) ?? error;
      if (attempt + 1 >= ATTEMPTS_MAX) {
        throw new StoreError('busy', 'The database is changed by too many at once. Try again in a moment.', {
          cause: error,
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_STEP_MS * (attempt + 1)));
  }
}

/** P2028: it could not begin, or did not end, within its time. */
function tooSlow(error: unknown): StoreError | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'P2028')) return null;
  return new StoreError(
    'busy',
    'The database did not get to it in time: it is busy or locked. Try again in a moment.',
    {
      cause: error,
    },
  );
}
