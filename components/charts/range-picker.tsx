'use client';

/** The range of the page's charts: the usual ones side by side, custom with two fields; and whether changes are marked in them. */
import { useState } from 'react';
import { CalendarRange } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment } from '../format/duration';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Segment, Segments } from '../ui/segments';
import { ChangesToggle } from './changes-toggle';
import { useChartRange } from './chart-range';
import { RANGE_NAMES } from './time-range';

/** "2026-11-21T10:02", as a datetime-local field wants it, in local time. */
function fieldTime(atMs: number): string {
  const date = new Date(atMs);
  return new Date(atMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function CustomForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('range');
  const { window: shown, setRange } = useChartRange();
  const [from, setFrom] = useState(() => fieldTime(shown.fromMs));
  const [to, setTo] = useState(() => fieldTime(shown.toMs));
  const [error, setError] = useState<string>();
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const fromMs = new Date(from).getTime();
        const toMs = new Date(to).getTime();
        if (!(toMs - fromMs >= 60_000)) {
          setError(t('order'));
          return;
        }
        setRange({ name: 'custom', fromMs, toMs });
        onDone();
      }}
    >
      <TextField
        label={t('from')}
        type="datetime-local"
        required
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
      <TextField
        label={t('to')}
        type="datetime-local"
        required
        value={to}
        error={error}
        onChange={(event) => setTo(event.target.value)}
      />
      <Button type="submit" tone="primary">
        {t('show')}
      </Button>
    </form>
  );
}

function Ranges() {
  const t = useTranslations('range');
  const locale = useLocale();
  const { range, setRange } = useChartRange();
  const [open, setOpen] = useState(false);
  const custom = range.name === 'custom';
  return (
    <Segments label={t('label')}>
      {RANGE_NAMES.map((name) => (
        <Segment key={name} on={range.name === name} onChoose={() => setRange({ name })}>
          {t(`names.${name}`)}
        </Segment>
      ))}
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <Segment on={custom}>
            <CalendarRange aria-hidden className="size-3.5" />
            {custom
              ? `${formatMoment(range.fromMs, locale, false)} – ${formatMoment(range.toMs, locale, false)}`
              : t('custom')}
          </Segment>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="end"
            sideOffset={6}
            collisionPadding={8}
            aria-label={t('custom')}
            className="float-in z-50 w-64 rounded-md bg-raised p-4 shadow-float"
          >
            <CustomForm onDone={() => setOpen(false)} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
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
