'use client';

/**
 * Partitions as a strip by state, and the same by size: how much of a cell is filled is how large its partition is beside the largest.
 * Which of the two is in the address, and chosen beside the heading.
 */
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { quantityText } from '../format/quantity';
import { useUrlParameter } from '../tables/url-state';
import { Segment, Segments } from '../ui/segments';
import { PartitionStrip, type StripCell } from './partition-strip';
import { StateLegend } from './state-legend';
import { StripLegend } from './strip-legend';
import { stateLooks, unknownLook, type CellState } from './strip-looks';
import { largestSize, sizedLook } from './strip-sizes';

export interface StateCell extends Omit<StripCell, 'look'> {
  readonly state: CellState;
  /** Null: nobody told. */
  readonly sizeBytes: number | null;
}

interface StateStripProps {
  label: string;
  cells: readonly StateCell[];
  /** States that can be seen here at all. */
  among?: readonly CellState[];
}

const modes = ['state', 'size'] as const;

function useMode() {
  const [asked, choose] = useUrlParameter('strip', 'state');
  return { isBySize: asked === 'size', choose };
}

export function StripChoice() {
  const t = useTranslations('strip');
  const { isBySize, choose } = useMode();
  return (
    <Segments label={t('cells')}>
      {modes.map((mode) => (
        <Segment key={mode} on={(mode === 'size') === isBySize} onChoose={() => choose(mode)}>
          {t(`by.${mode}`)}
        </Segment>
      ))}
    </Segments>
  );
}

export function StateStrip({ label, cells, among }: StateStripProps) {
  const t = useTranslations('strip');
  const locale = useLocale();
  const { isBySize } = useMode();
  const largest = useMemo(() => largestSize(cells.map(({ sizeBytes }) => sizeBytes)), [cells]);
  const drawn = useMemo<StripCell[]>(
    () =>
      cells.map(({ state, sizeBytes, title, ...cell }) => {
        const look = stateLooks[state];
        if (!isBySize) return { ...cell, look, title };
        const size = sizeBytes === null ? t('sizeUnknown') : quantityText('bytes', sizeBytes, locale);
        return { ...cell, look: sizedLook(look, sizeBytes, largest), title: `${title} · ${size}` };
      }),
    [cells, isBySize, largest, locale, t],
  );
  const states = useMemo(() => cells.map(({ state }) => state), [cells]);
  return (
    <div className="sheet-x flex flex-col gap-2 pb-3">
      <PartitionStrip label={label} cells={drawn} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
        <StateLegend states={states} {...(among === undefined ? {} : { among })} />
        {isBySize ? <SizeLegend cells={cells} largest={largest} /> : null}
      </div>
    </div>
  );
}

function SizeLegend({ cells, largest }: { cells: readonly StateCell[]; largest: number | null }) {
  const t = useTranslations('strip');
  const locale = useLocale();
  const plain = { token: '--n9', share: 1 };
  const size = (bytes: number): string => quantityText('bytes', bytes, locale);
  const count = (test: (bytes: number | null) => boolean): number =>
    cells.filter(({ sizeBytes }) => test(sizeBytes)).length;
  const scale =
    largest === null || largest === 0
      ? []
      : [
          { look: { ...plain, area: 1 }, words: t('largest', { size: size(largest) }) },
          { look: { ...plain, area: 0.25 }, words: size(largest / 4) },
        ];
  const empty = { look: { ...plain, area: 0 }, words: t('empty'), count: count((bytes) => bytes === 0) };
  const unknown = { look: unknownLook, words: t('sizeUnknown'), count: count((bytes) => bytes === null) };
  return <StripLegend label={t('sizes')} entries={[...scale, empty, unknown]} />;
}
