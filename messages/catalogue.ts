/**
 * Every word the console says, by language, for the server and for checks; a browser gets one of them (components/layout/language).
 * English is the source: its shape types the keys, so a key that is missing does not compile. A further language is one more file of
 * the same shape, one more row here and in locales.ts.
 */
import en from './en.json';
import chinese from './zh-CN.json';
import type { Locale } from './locales.ts';

export type Messages = typeof en;

export const catalogues: Readonly<Record<Locale, Messages>> = { en, 'zh-CN': chinese };

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
