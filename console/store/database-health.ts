/**
 * Whether the database answers, as the last calls found it. Every call of the store goes through one wrapper
 * (watched-adapter.ts) that tells it here; nothing asks the database in order to know. Pages, API and alerts read it.
 *
 * A database that is full or locked still reads, so only a write that was kept ends what a write has found.
 * Kept on globalThis, because Next bundles the collector and the route handlers apart from each other. One database per
 * process is what the console has.
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
  /** A read that is answered does not end it. */
  needsWrite: boolean;
}

const heldKey = Symbol.for('aquila.console.database-health');
const processWide = globalThis as typeof globalThis & { [heldKey]?: Held };

function held(): Held {
  return (processWide[heldKey] ??= { health: { state: 'ok' }, needsWrite: false });
}

export function databaseHealth(): DatabaseHealth {
  return held().health;
}

/** Keeps the time of the first failure and the reason of the last. */
export function noteDatabaseFailure(reason: string, at: Date, needsWrite = false): void {
  const known = held();
  const since = known.health.state === 'failing' ? known.health.since : at;
  known.needsWrite = needsWrite || (known.health.state === 'failing' && known.needsWrite);
  known.health = { state: 'failing', since, reason };
}

/** `wrote`: what was kept, not only read. */
export function noteDatabaseAnswer(wrote = true): void {
  const known = held();
  if (known.health.state === 'ok' || (known.needsWrite && !wrote)) return;
  known.health = { state: 'ok' };
  known.needsWrite = false;
}
