'use client';

/** What the cells of a strip mean, in words, with how many there are of each. */
import { useTranslations } from 'next-intl';
import { formatCount } from '../format/quantity';
import { shapePaths, type CellLook } from './strip-looks';

export interface LegendEntry {
  readonly look: CellLook;
  readonly words: string;
  /** How many there are; not said where a mark stands for a scale. */
  readonly count?: number;
}

export function CellMarkOf({ look, className }: { look: CellLook; className: string }) {
  if (look.token === null) return <span aria-hidden className={`hatched ${className}`} />;
  if (look.area !== undefined) {
    const filled = `${String(Math.sqrt(look.area) * 100)}%`;
    return (
      <span aria-hidden className={`flex items-center justify-center bg-line ${className}`}>
        <span style={{ background: `var(${look.token})`, width: filled, height: filled }} />
      </span>
    );
  }
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

/** `label`: what the marks tell, where it is not what colours mean. */
export function StripLegend({ entries, label }: { entries: readonly LegendEntry[]; label?: string }) {
  const t = useTranslations('strip');
  return (
    <ul
      aria-label={label ?? t('legend')}
      className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-dim tnum"
    >
      {entries.map(({ look, words, count }) => (
        <li key={words} className="flex items-center gap-1.5">
          <CellMarkOf look={look} className="size-2.5 rounded-[1px]" />
          {words}
          {count === undefined ? null : (
            <span className={count === 0 ? '' : 'text-soft'}>{formatCount(count)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
