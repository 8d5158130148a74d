/** prisma/schema.prisma and the migrations say the same. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('every change of the schema has its migration', async () => {
  const root = path.resolve(import.meta.dirname, '..', '..');
  const check = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/new-migration.ts', '--check'],
    { cwd: root },
  );
  await expect(check).resolves.toBeDefined();
});
