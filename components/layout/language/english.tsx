'use client';

/** English and its catalogue: a chunk of its own, loaded by pages in English only. */
import type { ReactNode } from 'react';
import { NextIntlClientProvider } from 'next-intl';
import messages from '../../../messages/en.json';

export function English({ children }: { children: ReactNode }) {
  return (
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      {children}
    </NextIntlClientProvider>
  );
}
