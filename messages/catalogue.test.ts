/**
 * Both catalogues hold against each other and against the code: every key in each language, with the same arguments; no key that
 * nobody asks for, none asked for that is not there; and no words in components, which no language would reach. Each failure names
 * the keys.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogues } from './catalogue.ts';
import forms from './en.forms.json';
import { locales } from './locales.ts';
import { argumentsOf, textsOf } from './testing/catalogue-text.ts';
import { askedKeys, literalsOf, wordsInMarkup } from './testing/used-keys.ts';
import type { SourceText } from './testing/used-keys.ts';

function sourcesIn(...folders: readonly string[]): SourceText[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.d)\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
      .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(`${folder}/${name}`, 'utf8') })),
  );
}

const english = textsOf(catalogues.en);
const pages = sourcesIn('app', 'components');
/** Names that are the same in every language: products, protocols, formats, Kafka's own words. */
const names =
  /\b(Aquila|API|Broker|CPU|CSV|Controller|Epoch|Follower|ISR|JSON|Leader|NDJSON|SASL|Slack|TLS|Webhook|min|ms|s)\b/g;

describe.each(locales.filter((locale) => locale !== 'en'))('the catalogue of %s', (locale) => {
  const texts = textsOf(catalogues[locale]);

  it('has every key of the English one, and no other', () => {
    const missing = [...english.keys()].filter((key) => !texts.has(key));
    const unknown = [...texts.keys()].filter((key) => !english.has(key));
    expect({ missing, unknown }).toEqual({ missing: [], unknown: [] });
  });

  it('takes the same arguments', () => {
    const differing = [...texts].flatMap(([key, text]) => {
      const wanted = argumentsOf(english.get(key) ?? '').join(' ');
      const taken = argumentsOf(text).join(' ');
      return wanted === taken ? [] : [`${key} takes ${taken} instead of ${wanted}`];
    });
    expect(differing).toEqual([]);
  });

  it('translates what it says', () => {
    const left = [...texts].filter(([key, text]) => {
      const words = text.replaceAll(/[{<][^{}<>]*[}>]/g, '').replaceAll(names, '');
      return text === english.get(key) && /\p{L}{2}/u.test(words);
    });
    expect(left.map(([key]) => key)).toEqual([]);
  });
});

const asksForForms = (pattern: string): boolean =>
  Object.keys(forms).some((namespace) => pattern.startsWith(`^${namespace}\\.`));

/** Reading some two hundred files takes a second, or many on a busy machine. */
const timeout = 120_000;

describe('the code and the catalogue', { timeout }, () => {
  const asked = [...pages, ...sourcesIn('messages')].flatMap(askedKeys);
  const keys = [...english.keys()];

  it('asks for no key that is not there', () => {
    const absent = asked.filter(({ key, pattern }) =>
      key === null ? !keys.some((each) => pattern.test(each)) : !english.has(key),
    );
    expect(absent.map(({ at, shown }) => `${at} asks for ${shown}`)).toEqual([]);
  });

  it('has no key that nobody asks for', () => {
    const literals = new Set<string>();
    const known = [...pages, ...sourcesIn('console/contracts', 'console/model')];
    for (const source of known) for (const literal of literalsOf(source)) literals.add(literal);
    const exact = new Set(asked.map(({ key }) => key));
    const joined = asked.filter(({ key }) => key === null);
    const isJoined = (key: string): boolean =>
      joined.some(
        ({ pattern }) =>
          pattern
            .exec(key)
            ?.slice(1)
            .every((part) => literals.has(part)) === true,
      );
    const unused = keys.filter((key) => !exact.has(key) && !isJoined(key));
    expect(unused).toEqual([]);
  });

  it('has its words in catalogues only', () => {
    // The last resort, for when there is no catalogue, has both languages in it.
    const read = pages.filter(({ path }) => path !== 'app/global-error.tsx');
    const found = read.flatMap((source) => wordsInMarkup(source).map((words) => `${source.path}: ${words}`));
    // Values of cleanup.policy are Kafka's.
    expect(found.filter((words) => !/: (Aquila|delete|compact|compact,delete)$/.test(words))).toEqual([]);
  });
});

/** `[file, what is loaded from it]` of each form that a source loads once it is asked for. */
const laterIn = (source: SourceText): [string, string][] =>
  [...source.text.matchAll(/\(await import\('\.\/([^']+)'\)\)\.(\w+)/g)].map(([, file = '', name = '']) => [
    `${posix.dirname(source.path)}/${file}.tsx`,
    name,
  ]);

const importedBy = (source: SourceText): string[] =>
  [...source.text.matchAll(/ from '(\.[^']+)';$/gm)].map(
    ([, file = '']) => `${posix.join(posix.dirname(source.path), file)}.tsx`,
  );

describe('the words of forms', { timeout }, () => {
  const asking = new Set(
    pages
      .filter((source) => askedKeys(source).some(({ pattern }) => asksForForms(pattern.source)))
      .map(({ path }) => path),
  );

  it('are asked for by forms only, which come inside FormWords', () => {
    const without = pages
      .filter(({ path }) => !asking.has(path))
      .flatMap((source) => {
        const eager = importedBy(source).filter((file) => asking.has(file));
        const late = laterIn(source)
          .filter(([file]) => asking.has(file))
          .filter(([, name]) => !new RegExp(`<FormWords>\\s*<${name}\\b`).test(source.text))
          .map(([file]) => file);
        return [...eager, ...late].map((file) => `${source.path} shows ${file}`);
      });
    expect(asking.size).toBeGreaterThanOrEqual(Object.keys(forms).length);
    expect(without).toEqual([]);
  });
});

describe('reading keys from code', () => {
  const read = (text: string) => askedKeys({ path: 'x.tsx', text });

  it('knows the namespace of the nearest translator', () => {
    const asked = read(`
      type Words = ReturnType<typeof useTranslations<'c'>>;
      function A() { const t = useTranslations('a'); const other = useTranslations('b'); return [t('x'), other.rich('y', {})]; }
      function B(t: Words) { return () => t(flag ? 'yes' : 'no'); }
      function C({ topic, t }: { topic: Topic; t: Words }) { return t('of a property'); }
      const say = (t: Unknown) => t('nothing');
    `);
    expect(asked.map(({ pattern }) => pattern.source)).toEqual([
      '^a\\.x$',
      '^b\\.y$',
      '^c\\.yes$',
      '^c\\.no$',
      '^c\\.of a property$',
    ]);
  });

  it('leaves open what is only known when it runs', () => {
    const [joined, named] = read("const t = useTranslations('a'); t(`role.${role}`); t(name);");
    expect(joined?.pattern.exec('a.role.admin')?.[1]).toBe('admin');
    expect(joined?.pattern.test('a.admin')).toBe(false);
    expect(named?.pattern.exec('a.overview')?.[1]).toBe('overview');
    expect(named?.key).toBeNull();
  });

  it('sees words in markup', () => {
    const text = '<p title="Hover me" className="x y">Read {this} <b>·</b></p>';
    expect(wordsInMarkup({ path: 'x.tsx', text })).toEqual(['Hover me', 'Read']);
  });
});

it('finds arguments wherever they are in a text', () => {
  expect(
    argumentsOf('{n, plural, one {<b>{x}</b>} other {# of {y, number}}} {z, select, a {1} other {2}}'),
  ).toEqual(['<b>', '{n}', '{x}', '{y}', '{z: a}', '{z: other}', '{z}']);
  expect(() => argumentsOf('{n, plural, one {}}')).toThrow();
});
