/** Which language a reader gets: the chosen one, else the browser's, else English; nothing a header holds breaks it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLocale, locales } from './locales.ts';

describe('chooseLocale', () => {
  it.each([
    [undefined, null, 'en'],
    [undefined, '', 'en'],
    [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    [undefined, 'ZH-hans-cn', 'zh-CN'],
    [undefined, 'zh', 'zh-CN'],
    [undefined, 'en-GB,en;q=0.9,zh-CN;q=0.8', 'en'],
    [undefined, 'de-DE,de;q=0.9,zh-SG;q=0.8,en;q=0.7', 'zh-CN'],
    [undefined, 'en;q=0.2, zh-CN;q=0.8', 'zh-CN'],
    [undefined, 'zh-TW,en;q=0.8', 'en'],
    [undefined, 'zh-Hant-HK,zh;q=0.5', 'zh-CN'],
    [undefined, 'zh-CN;q=0,fr', 'en'],
    [undefined, 'zh-CN;q=nonsense', 'en'],
    [undefined, '*', 'en'],
    ['en', 'zh-CN', 'en'],
    ['zh-CN', 'en', 'zh-CN'],
    ['fr', 'zh-CN', 'zh-CN'],
    ['../en', null, 'en'],
  ])('cookie %s and header %s give %s', (cookie, header, locale) => {
    expect(chooseLocale(cookie, header)).toBe(locale);
  });

  it('gives a language whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (cookie, header) => {
        expect(locales).toContain(chooseLocale(cookie, header));
      }),
    );
  });
});
