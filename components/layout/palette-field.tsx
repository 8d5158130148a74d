'use client';

/** What the palette looks like, whether its code is there already or not. */
import type { ReactNode } from 'react';
import { Search } from 'lucide-react';

export const paletteScrim = 'fixed inset-0 z-50 bg-[var(--scrim)]';
export const paletteBox =
  'float-in fixed top-[10vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-md bg-raised shadow-float outline-none';
export const paletteField = 'h-12 min-w-0 flex-1 bg-transparent text-base text-ink outline-none';

export function PaletteField({ children }: { children: ReactNode }) {
  return (
    <div className="flex items-center gap-2.5 border-b border-line px-4">
      <Search aria-hidden className="size-4 text-dim" />
      {children}
    </div>
  );
}
