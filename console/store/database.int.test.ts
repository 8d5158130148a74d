/** The database file shared with other processes and connections, as the command line does while the console runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { readSetting, writeSetting } from './settings.ts';

const module = fileURLToPath(new URL('database.ts', import.meta.url));
const settings = fileURLToPath(new URL('settings.ts', import.meta.url));

it('sees what another process wrote, also after a second connection of this process came and went', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-shared-db-'));
  const url = `file:${path.join(directory, 'aquila.db')}`;
  const database = await openDatabase(url);
  try {
    await writeSetting(database, 'mine', 'first', new Date());
    await (await openDatabase(url)).$disconnect();
    const program = `
      import { openDatabase } from ${JSON.stringify(module)};
      import { writeSetting } from ${JSON.stringify(settings)};
      const database = await openDatabase(${JSON.stringify(url)});
      await writeSetting(database, 'theirs', 'second', new Date());
      await database.$disconnect();`;
    await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
    expect(await readSetting(database, 'theirs')).toBe('second');
    await writeSetting(database, 'mine', 'third', new Date());
  } finally {
    await database.$disconnect();
  }
  const again = await openDatabase(url);
  expect([await readSetting(again, 'mine'), await readSetting(again, 'theirs')]).toEqual(['third', 'second']);
  await again.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});
