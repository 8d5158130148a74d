'use client';

/**
 * The names of lines: at their ends while there are few, as a row below the chart when there are many or little room. With
 * each stands its value now; a line that ended earlier, as that of a broker that does not answer, has none.
 */
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment } from '../format/duration';
import { quantityText, type QuantityKind } from '../format/quantity';
import { cn } from '../ui/cn';
import { PageLink } from '../ui/page-link';
import { lastKnown, type ChartSeries } from './chart-data';
import type { ValueAxis } from './chart-domain';
import type { PlotArea } from './chart-drawing';
import { spreadLabels } from './label-layout';

const LABEL_GAP = 17;

function Name({ series }: { series: ChartSeries }) {
  return series.href === undefined ? (
    <span className="truncate text-soft">{series.label}</span>
  ) : (
    <PageLink href={series.href} className="truncate text-soft hover:text-accent hover:underline">
      {series.label}
    </PageLink>
  );
}

interface LabelsProps {
  series: readonly ChartSeries[];
  kind: QuantityKind;
  /** A last value from before this moment is not the one now. */
  currentFromMs: number;
}

/** The value now and, where there is none, what there was last. */
function useNowWords(kind: QuantityKind, currentFromMs: number) {
  const t = useTranslations('chart');
  const locale = useLocale();
  return (one: ChartSeries): { now: string; title: string } => {
    const last = lastKnown(one);
    const value = quantityText(kind, last?.[1] ?? null, locale);
    if (last === null || last[0] >= currentFromMs) return { now: value, title: `${one.label}: ${value}` };
    const at = formatMoment(last[0], locale, false);
    return { now: quantityText(kind, null, locale), title: t('ended', { label: one.label, value, at }) };
  };
}

interface EndLabelsProps extends LabelsProps {
  plot: PlotArea;
  axis: ValueAxis;
  gutter: number;
}

export function EndLabels({ series, kind, currentFromMs, plot, axis, gutter }: EndLabelsProps) {
  const words = useNowWords(kind, currentFromMs);
  const named = series.flatMap((one) => {
    const last = lastKnown(one);
    return last === null ? [] : [{ one, value: last[1] ?? 0 }];
  });
  const wanted = named.map(
    ({ value }) => plot.top + plot.height * (1 - (value - axis.min) / (axis.max - axis.min)),
  );
  const placed = spreadLabels(wanted, LABEL_GAP, plot.top + 2, plot.top + plot.height - 2);
  return (
    <ul>
      {named.map(({ one }, index) => (
        <li
          key={one.key}
          style={{ left: plot.left + plot.width + 6, top: (placed[index] ?? 0) - 8, width: gutter - 6 }}
          className="absolute z-10 flex items-center gap-1.5 text-xs leading-4"
          title={words(one).title}
        >
          <span aria-hidden className="h-0.5 w-2 shrink-0" style={{ background: one.colour }} />
          {named.length === 1 ? null : <Name series={one} />}
          <span className={cn('shrink-0 text-dim tnum', named.length === 1 ? '' : 'ml-auto pl-1')}>
            {words(one).now}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Legend({ series, kind, currentFromMs }: LabelsProps) {
  const words = useNowWords(kind, currentFromMs);
  return (
    <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 pl-[54px] max-sm:pl-0">
      {series.map((one) => (
        <li
          key={one.key}
          title={words(one).title}
          className="flex max-w-full min-w-0 items-center gap-1.5 text-xs"
        >
          <span aria-hidden className="h-0.5 w-2.5 shrink-0" style={{ background: one.colour }} />
          <Name series={one} />
          <span className="text-dim tnum">{words(one).now}</span>
        </li>
      ))}
    </ul>
  );
}
