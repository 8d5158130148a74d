/** The root of every page: language, fonts from the bundle (no download), theme, the providers. */
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { recordEarlyInput } from '@/components/layout/early-input/recorder';
import { Providers } from '@/components/layout/providers';
import { requestLocale } from '@/messages/request-locale';

export const metadata: Metadata = {
  title: { default: 'Aquila', template: '%s · Aquila' },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fcfcfe' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1117' },
  ],
};

/** The nonce of the content security policy, when the proxy set one. */
const nonceHeader = 'x-nonce';

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get(nonceHeader) ?? undefined;
  const locale = await requestLocale();
  return (
    <html lang={locale} suppressHydrationWarning>
      <body>
        <script
          nonce={nonce}
          suppressHydrationWarning
          dangerouslySetInnerHTML={{ __html: `(${recordEarlyInput.toString()})()` }}
        />
        <Providers nonce={nonce} locale={locale}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
