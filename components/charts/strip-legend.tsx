'use client';

/** What the cells of a strip mean, in words, with how many there are of each. */
import { useTranslations } from 'next-intl';
import { formatCount } from '../format/quantity';
import { shapePaths, type CellLook } from './strip-looks';

export interface LegendEntry {
  readonly look: CellLook;
  readonly words: string;
  readonly count: number;
}

export function CellMarkOf({ look, className }: { look: CellLook; className: string }) {
  if (look.token === null) return <span aria-hidden className={`hatched ${className}`} />;
  return (
    <span
      aria-hidden
      className={className}
      style={{
        background: `var(${look.token})`,
        opacity: look.share,
        ...(look.shape === undefined ? {} : { clipPath: shapePaths[look.shape] }),
      }}
    />
  );
}

export function StripLegend({ entries }: { entries: readonly LegendEntry[] }) {
  const t = useTranslations('strip');
  return (
    <ul
      aria-label={t('legend')}
      className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-dim tnum"
    >
      {entries.map(({ look, words, count }) => (
        <li key={words} className="flex items-center gap-1.5">
          <CellMarkOf look={look} className="size-2.5 rounded-[1px]" />
          {words}
          <span className={count === 0 ? '' : 'text-soft'}>{formatCount(count)}</span>
        </li>
      ))}
    </ul>
  );
}
