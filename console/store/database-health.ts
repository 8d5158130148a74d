/**
 * Whether the database answers, as the last calls found it. Every call of the store goes through one wrapper that tells it
 * here; nothing asks the database in order to know. Pages, API and alerts read it.
 *
 * Kept on globalThis, because Next bundles the collector and the route handlers apart from each other. One database per
 * process is what the console has; a test with several resets it.
 */
export type DatabaseHealth =
  | { readonly state: 'ok' }
  | {
      readonly state: 'failing';
      /** When the first of the calls failed that have failed since. */
      readonly since: Date;
      /** In words, with what to do. */
      readonly reason: string;
    };

interface Held {
  health: DatabaseHealth;
}

const heldKey = Symbol.for('aquila.console.database-health');
const processWide = globalThis as typeof globalThis & { [heldKey]?: Held };

function held(): Held {
  return (processWide[heldKey] ??= { health: { state: 'ok' } });
}

export function databaseHealth(): DatabaseHealth {
  return held().health;
}

/** Keeps the time of the first failure and the reason of the last. */
export function noteDatabaseFailure(reason: string, at: Date): void {
  const { health } = held();
  held().health = { state: 'failing', since: health.state === 'failing' ? health.since : at, reason };
}

export function noteDatabaseAnswer(): void {
  held().health = { state: 'ok' };
}
