import { afterEach, expect, it } from 'vitest';
import { healthSchema } from '../contracts/health.ts';
import { noteDatabaseAnswer, noteDatabaseFailure } from '../store/database-health.ts';
import { health } from './health.ts';

afterEach(() => noteDatabaseAnswer());

it('is ok while pages are served, and says since when and why the database fails', () => {
  expect(healthSchema.parse(health())).toMatchObject({
    status: 'ok',
    database: { state: 'ok', since: null, reason: null },
  });
  const since = new Date('2026-01-05T00:00:00Z');
  noteDatabaseFailure('The database is locked.', since);
  noteDatabaseFailure('The disk is full.', new Date('2026-01-05T00:01:00Z'));
  expect(healthSchema.parse(health())).toMatchObject({
    status: 'ok',
    database: { state: 'failing', since: since.toISOString(), reason: 'The disk is full.' },
  });
});
