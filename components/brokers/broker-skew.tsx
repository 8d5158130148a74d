'use client';

/** How much more or less than its share a broker has, beside the number it is about; nothing where it has its share. */
import { useTranslations } from 'next-intl';

/** "+18 %", "−20 %"; null for what rounds to the share itself, and for what is not known. */
export function skewText(percent: number | null): string | null {
  const whole = Math.round(percent ?? 0);
  if (whole === 0) return null;
  return `${whole > 0 ? '+' : '\u2212'}${String(Math.abs(whole))}\u202f%`;
}

/** "18 % over its share". */
export function useSkewWords(): (percent: number | null) => string | null {
  const t = useTranslations('brokers');
  return (percent) => {
    if (percent === null) return null;
    const whole = Math.round(percent);
    if (whole === 0) return t('itsShare');
    return t(whole > 0 ? 'overShare' : 'underShare', { percent: Math.abs(whole) });
  };
}

export function Skew({ percent }: { percent: number | null }) {
  const words = useSkewWords()(percent);
  const text = skewText(percent);
  if (text === null || words === null) return null;
  return (
    <span title={words} className="mr-2 text-xs text-dim">
      <span aria-hidden>{text}</span>
      <span className="sr-only">{words}, </span>
    </span>
  );
}
