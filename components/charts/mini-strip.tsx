'use client';

/** A topic's partitions in a row of a table: a few cells in proportion, worst first, told as one picture. */
import { STRIP_PX, stripPaths, stripWidthPx } from './mini-strip-paths';
import { stateLooks, type CellState } from './strip-looks';

export function MiniStrip({ label, states }: { label: string; states: readonly CellState[] }) {
  return (
    <span role="img" aria-label={label} title={label} className="flex overflow-hidden">
      <svg aria-hidden width={stripWidthPx(states.length)} height={STRIP_PX} className="block shrink-0">
        {stripPaths(states).map(({ state, d }) => (
          <path
            key={state}
            d={d}
            fill={`var(${stateLooks[state].token ?? ''})`}
            opacity={stateLooks[state].share}
          />
        ))}
      </svg>
    </span>
  );
}
