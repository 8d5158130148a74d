/**
 * Writes that nobody waits for (when a session or a token was seen last): left out while the database fails, so that whoever reads
 * pages does not wait for a lock with each of them.
 */
import { databaseHealth } from './database-health.ts';
import { isStoreFailure } from './store-error.ts';

export async function ifPossible(write: () => Promise<unknown>): Promise<void> {
  if (databaseHealth().state === 'failing') return;
  try {
    await write();
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
  }
}
