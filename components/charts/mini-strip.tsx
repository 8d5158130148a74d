'use client';

/** A topic's partitions in a row of a table: a few cells in proportion, worst first, told as one picture. */
import { CellMarkOf } from './strip-legend';
import { stateLooks, type CellState } from './strip-looks';

export function MiniStrip({ label, states }: { label: string; states: readonly CellState[] }) {
  return (
    <span role="img" aria-label={label} title={label} className="flex gap-0.5 overflow-hidden">
      {states.map((state, index) => (
        <CellMarkOf key={index} look={stateLooks[state]} className="h-3 w-1.5 shrink-0 rounded-[1px]" />
      ))}
    </span>
  );
}
