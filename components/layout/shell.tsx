'use client';

/**
 * The frame of every signed-in page: skip link, side bar, header, the sheet, and on phones the bar at the bottom.
 * Owns the palette and the keyboard, because both are the same everywhere. The wall board has the whole screen to itself.
 */
import { usePathname } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { useTranslations } from 'next-intl';
import { LiveProvider } from '../data/live-provider';
import { CommandPalette } from './command-palette';
import { DatabaseBanner } from './database-banner';
import { Header } from './header';
import { PhoneBar } from './phone-bar';
import { SessionContextProvider, usePaths, type ConsoleSession } from './session-context';
import { ShortcutsDialog, useShortcuts } from './shortcuts';
import { SideBar } from './side-bar';
import { StateBanner } from './state-banner';

export function Shell({ session, children }: { session: ConsoleSession; children: ReactNode }) {
  return (
    <SessionContextProvider session={session}>
      <LiveProvider clusterId={session.cluster.id}>
        <Frame>{children}</Frame>
      </LiveProvider>
    </SessionContextProvider>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const t = useTranslations('header');
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const isBoard = usePathname() === usePaths().wall;
  useShortcuts({ onSearch: () => setPalette(true), onHelp: () => setShortcuts(true) });
  if (isBoard) {
    return (
      <main id="main">
        <DatabaseBanner />
        <StateBanner />
        {children}
      </main>
    );
  }
  return (
    <>
      <a
        href="#main"
        className="sr-only rounded-sm bg-accent-solid px-3 py-2 text-sm font-medium text-on-solid focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t('skip')}
      </a>
      <div className="min-h-dvh md:grid md:grid-cols-[3.25rem_minmax(0,1fr)] xl:grid-cols-[12.5rem_minmax(0,1fr)] print:block">
        <SideBar />
        <div className="flex min-h-dvh min-w-0 flex-col">
          <Header onSearch={() => setPalette(true)} onShortcuts={() => setShortcuts(true)} />
          <DatabaseBanner />
          <StateBanner />
          <main
            id="main"
            tabIndex={-1}
            className="flex min-w-0 flex-1 flex-col pb-8 outline-none max-md:pb-20 print:pb-0"
          >
            {children}
          </main>
        </div>
      </div>
      <PhoneBar />
      <CommandPalette open={palette} onClose={() => setPalette(false)} />
      <ShortcutsDialog open={shortcuts} onOpenChange={setShortcuts} />
    </>
  );
}
