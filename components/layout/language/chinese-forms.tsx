'use client';

/** The words of forms in Simplified Chinese, added to those of the page: a chunk of its own, loaded with the first form. */
import { useMemo, type ReactNode } from 'react';
import { NextIntlClientProvider, useMessages } from 'next-intl';
import forms from '../../../messages/zh-CN.forms.json';

export function ChineseForms({ children }: { children: ReactNode }) {
  const page = useMessages();
  const messages = useMemo(() => ({ ...page, ...forms }), [page]);
  return (
    <NextIntlClientProvider locale="zh-CN" messages={messages} timeZone="UTC">
      {children}
    </NextIntlClientProvider>
  );
}
