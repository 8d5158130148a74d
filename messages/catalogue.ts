/**
 * Every word the console says, by language. English is the source; its shape types the keys, so a missing one does not
 * compile. A further language is one more file of the same shape and one more row here.
 */
import en from './en.json';

export const locales = ['en'] as const;
export type Locale = (typeof locales)[number];
export type Messages = typeof en;

export const catalogues: Record<Locale, Messages> = { en };
export const defaultLocale: Locale = 'en';

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
