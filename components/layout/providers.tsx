'use client';

/** What every page stands in: language, theme, cache of answers, toasts. Signed in or not. */
import { useState, type ReactNode } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import type { Locale } from '../../messages/locales';
import { createQueryClient } from '../data/query-client';
import { useReplayOfEarlyInput } from './early-input/replay';
import { Language } from './language/language';
import { Toaster } from '../ui/toaster';
import { useStillThemeChange } from './theme-change';

interface ProvidersProps {
  locale: Locale;
  nonce?: string | undefined;
  children: ReactNode;
}

export function Providers({ children, locale, nonce }: ProvidersProps) {
  const [client] = useState(createQueryClient);
  useReplayOfEarlyInput();
  useStillThemeChange();
  return (
    <Language locale={locale}>
      <ThemeProvider
        attribute="class"
        defaultTheme="system"
        enableSystem
        {...(nonce === undefined ? {} : { nonce })}
      >
        <QueryClientProvider client={client}>
          {children}
          <Toaster />
        </QueryClientProvider>
      </ThemeProvider>
    </Language>
  );
}
