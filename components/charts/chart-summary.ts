'use client';

/** A chart in one sentence, for those who do not see the picture. What was told last before `currentFromMs` is not how things are. */
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment } from '../format/duration';
import { quantityText, type QuantityKind } from '../format/quantity';
import { courseOf, type ChartSeries } from './chart-data';

export function useChartSummary(
  kind: QuantityKind,
  currentFromMs: number,
): (title: string, series: readonly ChartSeries[]) => string {
  const t = useTranslations('chart');
  const locale = useLocale();
  return (title, series) => {
    const parts = series.flatMap((one) => {
      const course = courseOf(one);
      if (course === null) return [];
      const [[lastMs, last], [peakMs, peak]] = [course.last, course.peak];
      const now =
        lastMs < currentFromMs
          ? t('silentSince', { from: formatMoment(lastMs, locale, false) })
          : quantityText(kind, last, locale);
      const highest = quantityText(kind, peak, locale);
      return [t('course', { label: one.label, now, highest, at: formatMoment(peakMs, locale, false) })];
    });
    return [title, ...parts].join('. ');
  };
}
