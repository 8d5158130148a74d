'use client';

/**
 * Partitions as a row of small cells, one each: in sync, under-replicated, leader not preferred, offline. The worst states also
 * differ in shape (a notch, a cross-cut), so that the strip reads without colour. Hover tells, click opens.
 */
import { useRouter } from 'next/navigation';
import { cn } from '../ui/cn';

export type CellState = 'in-sync' | 'not-preferred' | 'under-replicated' | 'offline';

export interface StripCell {
  readonly key: string;
  readonly state: CellState;
  /** Words on hover: "orders 3 · leader 1 · ISR 1, 2". */
  readonly title: string;
  readonly href?: string | undefined;
}

const looks: Record<CellState, string> = {
  'in-sync': 'bg-ok-mark/75',
  'not-preferred': 'bg-ok-mark/35',
  'under-replicated': 'bg-warn-mark [clip-path:polygon(0_0,100%_0,100%_55%,55%_100%,0_100%)]',
  offline:
    'bg-bad-mark [clip-path:polygon(0_0,42%_0,42%_42%,58%_42%,58%_0,100%_0,100%_100%,58%_100%,58%_58%,42%_58%,42%_100%,0_100%)]',
};

interface PartitionStripProps {
  label: string;
  cells: readonly StripCell[];
  size?: 'row' | 'page';
}

/** One picture for a screen reader; the mouse may click a cell. The same partitions stand in a table with real links. */
export function PartitionStrip({ label, cells, size = 'page' }: PartitionStripProps) {
  const router = useRouter();
  const cell = size === 'page' ? 'size-4 rounded-xs' : 'h-3 w-1.5 rounded-[1px]';
  return (
    <div
      role="img"
      aria-label={label}
      className={cn('flex flex-wrap', size === 'page' ? 'gap-[3px]' : 'gap-0.5')}
    >
      {cells.map(({ key, state, title, href }) => (
        <span
          key={key}
          title={title}
          onClick={href === undefined ? undefined : () => router.push(href)}
          className={cn(cell, looks[state], href === undefined ? '' : 'cursor-pointer hover:opacity-70')}
        />
      ))}
    </div>
  );
}

/** The states of a topic's partitions from their counts, worst first; more than `most` are drawn in proportion. */
export function cellsFromCounts(total: number, under: number, offline: number, most: number): CellState[] {
  const scale = total > most ? most / total : 1;
  const atLeastOne = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.round(count * scale)));
  const shown = Math.min(total, most);
  const offlineCells = Math.min(shown, atLeastOne(offline));
  const underCells = Math.min(shown - offlineCells, atLeastOne(Math.max(0, under - offline)));
  return [
    ...new Array<CellState>(offlineCells).fill('offline'),
    ...new Array<CellState>(underCells).fill('under-replicated'),
    ...new Array<CellState>(shown - offlineCells - underCells).fill('in-sync'),
  ];
}
