'use client';

/** What every page stands in: language, theme, cache of answers, tooltips, toasts. Signed in or not. */
import { useState, type ReactNode } from 'react';
import { QueryClientProvider } from '@tanstack/react-query';
import { NextIntlClientProvider } from 'next-intl';
import { ThemeProvider } from 'next-themes';
import { catalogues, defaultLocale } from '../../messages/catalogue';
import { createQueryClient } from '../data/query-client';
import { Toaster } from '../ui/toaster';
import { TooltipProvider } from '../ui/tooltip';

export function Providers({ children, nonce }: { children: ReactNode; nonce?: string | undefined }) {
  const [client] = useState(createQueryClient);
  return (
    <NextIntlClientProvider locale={defaultLocale} messages={catalogues[defaultLocale]} timeZone="UTC">
      <ThemeProvider
        attribute="class"
        defaultTheme="system"
        enableSystem
        disableTransitionOnChange
        {...(nonce === undefined ? {} : { nonce })}
      >
        <QueryClientProvider client={client}>
          <TooltipProvider delayDuration={300}>
            {children}
            <Toaster />
          </TooltipProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </NextIntlClientProvider>
  );
}
