'use client';

/** From when to when, for those whom none of the usual ranges suits. */
import { useState } from 'react';
import { useTranslations } from 'next-intl';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import type { TimeRange, TimeWindow } from './time-range';

/** "2026-11-21T10:02", as a datetime-local field wants it, in local time. */
function fieldTime(atMs: number): string {
  const date = new Date(atMs);
  return new Date(atMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

interface RangeFormProps {
  /** What the fields begin with. */
  shown: TimeWindow;
  onChoose: (range: TimeRange) => void;
  onDone: () => void;
}

export function RangeForm({ shown, onChoose, onDone }: RangeFormProps) {
  const t = useTranslations('range');
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
        onChoose({ name: 'custom', fromMs, toMs });
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
