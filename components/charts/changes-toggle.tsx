'use client';

/** Whether what changed is marked in the charts of the page; in the address, as the range is. */
import { Flag } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Segment, Segments } from '../ui/segments';
import { useChartRange } from './chart-range';

export function ChangesToggle() {
  const t = useTranslations('chart');
  const { about, marked, setMarked } = useChartRange();
  if (about === null) return null;
  return (
    <Segments label={t('marks')} className="shrink-0">
      <Segment on={marked} title={t('marksMeaning')} onChoose={() => setMarked(!marked)}>
        <Flag aria-hidden className="size-3.5" />
        <span className="max-sm:sr-only">{t('changes')}</span>
      </Segment>
    </Segments>
  );
}
