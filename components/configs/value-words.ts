'use client';

/** A setting's value as people say it, after the one that Kafka has: 604800000 is 7 d, -1 no limit. */
import { useCallback } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '../format/duration';
import { quantityText } from '../format/quantity';
import { meaningOf, settingFacts } from './setting-facts';

export function useMeaningWords(): (name: string, value: string | null) => string | null {
  const t = useTranslations('configs');
  const locale = useLocale();
  return useCallback(
    (name, value) => {
      const meaning = value === null ? null : meaningOf(settingFacts(name), value);
      if (meaning === null) return null;
      if (meaning.kind === 'unlimited') return t('unlimited');
      return meaning.kind === 'ms'
        ? formatDuration(meaning.of, locale)
        : quantityText('bytes', meaning.of, locale);
    },
    [locale, t],
  );
}

const sources = ['topic', 'dynamicBroker', 'dynamicDefaultBroker', 'staticBroker', 'default'] as const;

/** Where a value comes from. A word that only newer brokers know is shown as they say it. */
export function useSourceWords(): (source: string) => string {
  const t = useTranslations('configs');
  return useCallback(
    (source) => {
      const known = sources.find((each) => each === source);
      return known === undefined ? source : t(`sources.${known}`);
    },
    [t],
  );
}
