'use client';

/** The range of the page's charts: the usual ones side by side, custom with two fields; and whether changes are marked in them. */
import { useState } from 'react';
import { CalendarRange } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment } from '../format/duration';
import { later } from '../ui/later';
import { Popover } from '../ui/popover';
import { Segment, Segments } from '../ui/segments';
import { ChangesToggle } from './changes-toggle';
import { useChartRange } from './chart-range';
import { RANGE_NAMES } from './time-range';

const RangeForm = later(async () => (await import('./range-form')).RangeForm);

function Ranges() {
  const t = useTranslations('range');
  const locale = useLocale();
  const { range, setRange, window: shown } = useChartRange();
  const [open, setOpen] = useState(false);
  const custom = range.name === 'custom';
  return (
    <Segments label={t('label')}>
      {RANGE_NAMES.map((name) => (
        <Segment key={name} on={range.name === name} onChoose={() => setRange({ name })}>
          {t(`names.${name}`)}
        </Segment>
      ))}
      <Popover
        open={open}
        onOpenChange={setOpen}
        label={t('custom')}
        align="end"
        className="w-64"
        button={
          <Segment on={custom}>
            <CalendarRange aria-hidden className="size-3.5" />
            {custom
              ? `${formatMoment(range.fromMs, locale, false)} – ${formatMoment(range.toMs, locale, false)}`
              : t('custom')}
          </Segment>
        }
      >
        <RangeForm shown={shown} onChoose={setRange} onDone={() => setOpen(false)} />
      </Popover>
    </Segments>
  );
}

export function RangePicker() {
  return (
    <div className="flex max-w-full min-w-0 gap-2">
      <Ranges />
      <ChangesToggle />
    </div>
  );
}
