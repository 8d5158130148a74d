/** Whether pages are served (they are when this answers) and whether the database answers. Asks nobody: it says how the last calls went. */
import type { Health } from '../contracts/health.ts';
import { databaseHealth } from '../store/database-health.ts';
import { version } from './version.ts';

export function health(): Health {
  const database = databaseHealth();
  return {
    status: 'ok',
    version,
    database:
      database.state === 'ok'
        ? { state: 'ok', since: null, reason: null }
        : { state: 'failing', since: database.since.toISOString(), reason: database.reason },
  };
}
