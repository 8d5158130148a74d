/**
 * The big numbers of a page between two hairlines, each a link to its evidence. A tile has its label, its value with the
 * unit dimmed, a line of words, and its last hour as a sparkline where there is a history. They stand in one row where their words have
 * room beside the sparkline, else in two.
 */
import { Children, type ReactNode } from 'react';
import { cn } from './cn';
import { hairlineGrid } from './hairlines';
import { PageLink } from './page-link';
import { Skeleton } from './skeleton';
import { StatusMark, type Tone } from './status';

/** More tiles than this want a screen of 1,440 px for one row. */
const FEW_TILES = 6;
const oneRow = {
  few: 'lg:auto-cols-fr lg:grid-flow-col lg:grid-cols-none lg:[&>li:not(:first-child)>*]:pl-4 lg:[&>li:not(:last-child)>*]:pr-4',
  many: 'min-[90rem]:auto-cols-fr min-[90rem]:grid-flow-col min-[90rem]:grid-cols-none min-[90rem]:[&>li:not(:first-child)>*]:pl-4 min-[90rem]:[&>li:not(:last-child)>*]:pr-4',
};

export function TileStrip({ children, label }: { children: ReactNode; label: string }) {
  const row = Children.toArray(children).length > FEW_TILES ? oneRow.many : oneRow.few;
  return (
    <ul
      aria-label={label}
      className={cn(hairlineGrid, 'grid-cols-2 border-t border-line sm:grid-cols-4', row)}
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
          <span
            title={typeof note === 'string' ? note : undefined}
            className="truncate text-xs text-dim tnum"
          >
            {loading === true ? null : note}
          </span>
          {spark === undefined ? null : <span className="ml-auto block min-w-0">{spark}</span>}
        </span>
      )}
    </>
  );
  const box = 'block h-full px-4 py-3 md:px-6';
  return (
    <li>
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
