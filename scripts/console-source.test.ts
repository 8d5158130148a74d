/**
 * What the console's source does without. Each of these is how other consoles, or the parts that ours is built of, were taken over: SQL
 * that is put together from text, HTML that is, programs and expressions that are run because somebody sent them, functions of the server
 * that a browser calls by an id, images and pages made on request, connections that trust every certificate.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sourceFiles } from './checks/source-files.ts';

interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  /** These very words may stand anywhere. */
  readonly allowed?: string;
}

const withoutThese: readonly Rule[] = [
  { what: 'SQL out of text', pattern: /\$(query|execute)RawUnsafe/ },
  { what: 'ways to change the audit trail', pattern: /auditEntry\s*\.(update|upsert|delete)/ },
  {
    what: 'HTML out of text',
    pattern: /dangerouslySetInnerHTML|\.(inner|outer)HTML\b|insertAdjacentHTML/,
    // The source of one of our own functions, with nothing of anybody in it: React would escape it.
    allowed: 'dangerouslySetInnerHTML={{ __html: `(${recordEarlyInput.toString()})()` }}',
  },
  { what: 'programs', pattern: /['"](node:)?(child_process|vm)['"]/ },
  { what: 'functions that browsers call by an id', pattern: /^\s*['"]use server['"]/m },
  { what: 'caches of rendered parts', pattern: /^\s*['"]use cache\b/m },
  { what: 'images made on request', pattern: /['"](next\/(og|image|legacy\/image)|@vercel\/og|sharp)['"]/ },
  {
    what: 'certificates that nobody looks at',
    pattern: /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/,
  },
];

const files = sourceFiles(
  /^(app|components|console|prisma)\/.*\.(ts|tsx)$|^(proxy|instrumentation(-node)?)\.ts$/,
).filter((file) => !/\.test\.tsx?$|\/testing\//.test(file));

it('is looked through', () => {
  for (const file of [
    'proxy.ts',
    'console/store/database.ts',
    'app/layout.tsx',
    'components/layout/shell.tsx',
  ])
    expect(files).toContain(file);
});

it.each(withoutThese)('has no $what', ({ pattern, allowed }) => {
  const sourceOf = (file: string): string => {
    const source = readFileSync(file, 'utf8');
    return allowed === undefined ? source : source.replace(allowed, '');
  };
  expect(files.filter((file) => pattern.test(sourceOf(file)))).toEqual([]);
});

it('puts names into SQL as they are only where it knows its own tables', () => {
  const found = files.filter((file) => /Prisma\.raw\(/.test(readFileSync(file, 'utf8')));
  expect(found).not.toEqual([]);
  expect(found.filter((file) => !file.startsWith('console/store/'))).toEqual([]);
});
