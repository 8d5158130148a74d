import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allMessages } from './all-messages.ts';

test('every file of this folder is listed', () => {
  const folder = new URL('./', import.meta.url);
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'all-messages.ts',
  );
  const list = readFileSync(new URL('all-messages.ts', folder), 'utf8');
  expect(files.filter((name) => !list.includes(`'./${name}'`))).toEqual([]);
  expect(files.length).toBeGreaterThan(25);
});

test('names are unique, so that a message can be found by its name', () => {
  expect(allMessages.get('FetchRequest')?.apiKey).toBe(1);
  for (const [name, schema] of allMessages) expect(schema.name).toBe(name);
});
