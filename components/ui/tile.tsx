/**
 * The big numbers of a page between two hairlines, each a link to its evidence. A tile has its label, its value with the
 * unit dimmed, a line of words, and its last hour as a sparkline where there is a history.
 */
import type { ReactNode } from 'react';
import { cn } from './cn';
import { hairlineGrid } from './hairlines';
import { PageLink } from './page-link';
import { Skeleton } from './skeleton';
import { StatusMark, type Tone } from './status';

export function TileStrip({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul
      aria-label={label}
      className={cn(
        hairlineGrid,
        'grid-cols-2 border-t border-line sm:grid-cols-4 lg:auto-cols-fr lg:grid-flow-col lg:grid-cols-none',
      )}
    >
      {children}
    </ul>
  );
}

interface TileProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  href?: string | undefined;
  spark?: ReactNode;
  /** Set only when the number itself is a reason to look. */
  tone?: Tone | undefined;
  loading?: boolean | undefined;
}

export function Tile({ label, value, note, href, spark, tone, loading }: TileProps) {
  const content = (
    <>
      <span className="flex items-center gap-1.5 text-xs text-dim">
        {tone === undefined ? null : <StatusMark tone={tone} className="size-2.5" />}
        <span className="truncate">{label}</span>
      </span>
      <span className="mt-1 flex h-8 items-center text-2xl font-medium tracking-[-0.02em] text-ink [&_.text-dim]:text-base [&_.text-dim]:font-normal [&_.text-dim]:tracking-normal">
        {loading === true ? <Skeleton className="h-6 w-16" /> : value}
      </span>
      {note === undefined && spark === undefined ? null : (
        <span className="mt-0.5 flex h-4 items-center gap-2">
          <span className="truncate text-xs text-dim tnum">{loading === true ? null : note}</span>
          {spark === undefined ? null : <span className="ml-auto block min-w-0">{spark}</span>}
        </span>
      )}
    </>
  );
  const box = 'block h-full px-4 py-3 md:px-6';
  return (
    <li className="lg:[&:not(:first-child)>*]:pl-4 lg:[&:not(:last-child)>*]:pr-4">
      {href === undefined ? (
        <div className={box}>{content}</div>
      ) : (
        <PageLink
          href={href}
          className={cn(
            box,
            'transition-colors duration-[140ms] hover:bg-sunken focus-visible:-outline-offset-2',
          )}
        >
          {content}
        </PageLink>
      )}
    </li>
  );
}
