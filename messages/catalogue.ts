/**
 * Every word the console says, by language, for the server and for checks; a browser gets one of them (components/layout/language).
 * English is the source: its shape types the keys, so a key that is missing does not compile. What only forms say that come later is in a file
 * beside (components/layout/language/form-words). A further language is two more files of the same shape, one more row here and in locales.ts.
 */
import enForms from './en.forms.json';
import en from './en.json';
import chineseForms from './zh-CN.forms.json';
import chinese from './zh-CN.json';
import type { Locale } from './locales.ts';

export type Messages = typeof en & typeof enForms;

export const catalogues: Readonly<Record<Locale, Messages>> = {
  en: { ...en, ...enForms },
  'zh-CN': { ...chinese, ...chineseForms },
};

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
