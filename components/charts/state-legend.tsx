'use client';

/** The legend of a strip of states: each that can be, with how many partitions are in it. */
import { useTranslations } from 'next-intl';
import { StripLegend } from './strip-legend';
import { cellStates, stateLooks, type CellState } from './strip-looks';

interface StateLegendProps {
  states: readonly CellState[];
  /** Those that can be seen here at all. */
  among?: readonly CellState[];
}

export function StateLegend({ states, among = cellStates }: StateLegendProps) {
  const t = useTranslations('topic');
  const entries = among.map((state) => ({
    look: stateLooks[state],
    words: t(`states.${state}`),
    count: states.filter((each) => each === state).length,
  }));
  return <StripLegend entries={entries} />;
}
