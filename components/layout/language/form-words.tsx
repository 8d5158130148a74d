'use client';

/**
 * Around a form that comes later: the words that only forms say. A page answers without them as it does without the forms' code, and they
 * wait in the same `WhenAsked`. The namespaces of messages/*.forms.json are known below this only.
 */
import type { ComponentType, ReactNode } from 'react';
import { defaultLocale, isLocale, type Locale } from '../../../messages/locales';
import { later } from '../../ui/later';

type Provider = ComponentType<{ children: ReactNode }>;

const load: Record<Locale, () => Promise<Provider>> = {
  en: async () => (await import('./english-forms')).EnglishForms,
  'zh-CN': async () => (await import('./chinese-forms')).ChineseForms,
};

/** A page stays in the language it was made in. */
export const FormWords: Provider = later(async () => {
  const { lang } = document.documentElement;
  return load[isLocale(lang) ? lang : defaultLocale]();
});
