'use client';

/** The words of forms in English, added to those of the page: a chunk of its own, loaded with the first form. */
import { useMemo, type ReactNode } from 'react';
import { NextIntlClientProvider, useMessages } from 'next-intl';
import forms from '../../../messages/en.forms.json';

export function EnglishForms({ children }: { children: ReactNode }) {
  const page = useMessages();
  const messages = useMemo(() => ({ ...page, ...forms }), [page]);
  return (
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      {children}
    </NextIntlClientProvider>
  );
}
