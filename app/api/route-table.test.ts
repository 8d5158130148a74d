/**
 * The tree of route files and the table of endpoints say the same: each handler is a row, each row a handler, and a handler
 * is made by the one way in, under its own row's name. What stands outside the table is named here, with what keeps it.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { endpoints } from '@/console/contracts/endpoints.ts';
import type { Endpoint } from '@/console/contracts/endpoint.ts';

const app = path.resolve(import.meta.dirname, '..');
const files = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'route.ts')
  .sort();
const rows = new Map<string, [string, Endpoint]>(
  Object.entries(endpoints).map(([name, row]) => [`${row.method} /api/v1${row.path}`, [name, row]]),
);

/** Handlers that are no rows, and what in them asks who is there. */
const others: Readonly<Record<string, RegExp>> = {
  'api/auth/[...nextauth]/route.ts': /NextAuth\(/,
  'api/v1/[...unknown]/route.ts': /handleUnknown/,
  'metrics/route.ts': /authenticate\(context, request\)/,
};

interface Exported {
  readonly method: string;
  readonly text: string;
}

function exportsOf(file: string): Exported[] {
  const text = readFileSync(path.join(app, file), 'utf8');
  const parts = text.split(/^export const /m).slice(1);
  return parts.flatMap((part) => {
    const method = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/.exec(part)?.[1];
    return method === undefined ? [] : [{ method, text: part }];
  });
}

const addressOf = (file: string) => `/${path.dirname(file).replace(/\[(\w+)\]/g, '{$1}')}`;
const tabled = files.filter((file) => !(file in others));

describe('route files', () => {
  test('there are some, and those outside the table are still there and still ask', () => {
    expect(tabled.length).toBeGreaterThan(30);
    for (const [file, asks] of Object.entries(others)) {
      expect(files).toContain(file);
      expect(readFileSync(path.join(app, file), 'utf8'), file).toMatch(asks);
    }
  });

  test.each(tabled)('%s', (file) => {
    const exported = exportsOf(file);
    expect(exported.length).toBeGreaterThan(0);
    for (const { method, text } of exported) {
      const row = rows.get(`${method} ${addressOf(file)}`);
      expect(row, `${method} ${addressOf(file)} has no row in the table of endpoints`).toBeDefined();
      const [name, endpoint] = row ?? ['', null];
      const madeBy =
        endpoint?.form === 'stream'
          ? new RegExp(`= handle(Stream;|Events\\(\\s*endpoints\\.${name},)`)
          : new RegExp(`= handle\\(\\s*'${name}'`);
      expect(text, `${method} ${file}`).toMatch(madeBy);
    }
  });

  test('every row has its handler', () => {
    const handled = new Set(
      tabled.flatMap((file) => exportsOf(file).map(({ method }) => `${method} ${addressOf(file)}`)),
    );
    expect([...rows.keys()].filter((key) => !handled.has(key))).toEqual([]);
  });
});

describe('rows', () => {
  test.each([...rows])('%s', (_, [, row]) => {
    if (row.method !== 'GET') expect(row.action, 'a change leaves a line in the audit trail').toBeDefined();
    if (row.role === null) expect(['/health', '/openapi.json']).toContain(row.path);
    if (row.people === true) expect(row.path).toMatch(/^\/account/);
    if (row.path.startsWith('/account')) expect(row.people).toBe(true);
  });
});
