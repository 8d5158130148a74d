'use client';

/** The number that a place in a log needs, as its kind wants it typed: a time by the calendar, a duration in words, everything else as digits. */
import { useTranslations } from 'next-intl';
import { TextField } from '../ui/field';
import type { ValuedTarget } from './target-value';

interface TargetValueFieldProps {
  to: ValuedTarget;
  text: string;
  onText: (text: string) => void;
  /** Somebody asked with it as it is, and it is no value. */
  wrong: boolean;
  /** What the server says against it. */
  error: string | undefined;
}

export function TargetValueField({ to, text, onText, wrong, error }: TargetValueFieldProps) {
  const t = useTranslations('targetValue');
  const isTime = to === 'timestamp';
  return (
    <TextField
      key={to}
      label={t(`labels.${to}`)}
      error={error ?? (wrong ? t(`rules.${to}`) : undefined)}
      type={isTime ? 'datetime-local' : 'text'}
      step={isTime ? 1 : undefined}
      inputMode={isTime || to === 'duration' ? undefined : 'numeric'}
      placeholder={to === 'duration' ? t('example') : undefined}
      value={text}
      onChange={(event) => onText(event.target.value)}
    />
  );
}
