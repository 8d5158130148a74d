'use client';

/**
 * The language of a page. Each catalogue is a chunk of its own, and a page's JavaScript has the one of its language.
 *
 * There is no Suspense around it, on purpose: the server's answer waits until the catalogue is read (once in a process), and in the
 * browser React keeps the server's page as it is until the chunk is there. So there is neither a blank page nor a moment in
 * another language. The chunk is asked for as soon as this module runs, not first when React comes to it.
 */
import { lazy, type ComponentType, type ReactNode } from 'react';
import type { Locale } from '../../../messages/locales';

type Provider = ComponentType<{ children: ReactNode }>;
const load: Record<Locale, () => Promise<{ default: Provider }>> = {
  en: async () => ({ default: (await import('./english')).English }),
  'zh-CN': async () => ({ default: (await import('./chinese')).Chinese }),
};

const providers: Record<Locale, Provider> = { en: lazy(load.en), 'zh-CN': lazy(load['zh-CN']) };

if (typeof document !== 'undefined') {
  const early = Object.entries(load).find(([locale]) => locale === document.documentElement.lang)?.[1];
  early?.().catch(() => undefined); // React asks again, and has the words for it.
}

export function Language({ locale, children }: { locale: Locale; children: ReactNode }) {
  const Chosen = providers[locale];
  return <Chosen>{children}</Chosen>;
}
