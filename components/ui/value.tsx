'use client';

/**
 * A number with its unit dimmed, digits of equal width. What is not known is a dash that says why on hover and to
 * screen readers; it is never a zero.
 */
import { useLocale, useTranslations } from 'next-intl';
import { quantity, type QuantityKind } from '../format/quantity';
import { cn } from './cn';

interface ValueProps {
  kind: QuantityKind;
  value: number | null | undefined;
  /** Why there is no value. */
  reason?: string | undefined;
  className?: string | undefined;
  /** Leave the unit out where the header says it. */
  bare?: boolean | undefined;
}

export function Dash({ reason }: { reason?: string | undefined }) {
  const t = useTranslations('common');
  return (
    <span title={reason} className="text-dim">
      <span aria-hidden>–</span>
      <span className="sr-only">{reason ?? t('notKnown')}</span>
    </span>
  );
}

export function Value({ kind, value, reason, className, bare }: ValueProps) {
  const locale = useLocale();
  if (value === null || value === undefined) return <Dash reason={reason} />;
  const { value: number, unit } = quantity(kind, value, locale, true);
  return (
    <span className={cn('whitespace-nowrap tnum', className)}>
      {number}
      {bare === true || unit === '' ? null : (
        <span className="text-dim">{unit.startsWith('/') ? unit : `\u202f${unit}`}</span>
      )}
    </span>
  );
}
