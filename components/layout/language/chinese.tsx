'use client';

/** Simplified Chinese and its catalogue: a chunk of its own, loaded by pages in Chinese only. */
import type { ReactNode } from 'react';
import { NextIntlClientProvider } from 'next-intl';
import messages from '../../../messages/zh-CN.json';

export function Chinese({ children }: { children: ReactNode }) {
  return (
    <NextIntlClientProvider locale="zh-CN" messages={messages} timeZone="UTC">
      {children}
    </NextIntlClientProvider>
  );
}
