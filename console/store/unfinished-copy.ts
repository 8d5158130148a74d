/** The mark of a database that a copy was begun to and not ended: what is in it is not whole, and nothing may work on it. */
import type { Database } from './database.ts';
import { StoreError } from './store-error.ts';

export const UNFINISHED_COPY_KEY = 'database.copy';

export async function refuseUnfinishedCopy(database: Database, shown: string): Promise<void> {
  if ((await database.setting.count({ where: { key: UNFINISHED_COPY_KEY } })) === 0) return;
  throw new StoreError(
    'cannot-open',
    `The database ${shown} holds a part of a copy that was cut off. Run "bin/aquila database copy" again, which begins anew, or name another database.`,
  );
}
