'use client';

/**
 * The language of a page. Each catalogue is a chunk of its own, and a page's JavaScript has the one of its language.
 *
 * There is no Suspense around it, on purpose: the server's answer waits until the catalogue is read (once in a process), and in the
 * browser React keeps the server's page as it is until the chunk is there. So there is neither a blank page nor a moment in
 * another language. The page begins with the chunk's address, so that it comes along with the other scripts: nothing answers before it.
 */
import dynamic from 'next/dynamic';
import type { ComponentType, ReactNode } from 'react';
import type { Locale } from '../../../messages/locales';

const providers: Record<Locale, ComponentType<{ children: ReactNode }>> = {
  en: dynamic(async () => (await import('./english')).English),
  'zh-CN': dynamic(async () => (await import('./chinese')).Chinese),
};

export function Language({ locale, children }: { locale: Locale; children: ReactNode }) {
  const Chosen = providers[locale];
  return <Chosen>{children}</Chosen>;
}
