'use client';

/**
 * Why a metric of a broker is missing. In English the server's sentence stands as it is; other languages say what its code means, and
 * the sentence, which has the addresses and names in it, after that.
 */
import { useCallback } from 'react';
import { useTranslations } from 'next-intl';
import type { BrokerMetricName, MissingMetrics } from '../../console/contracts/brokers';

export function useMissingMetricWords(): (
  missing: MissingMetrics | undefined,
  name: BrokerMetricName,
) => string {
  const t = useTranslations('brokers');
  return useCallback(
    (missing, name) => {
      const why = missing?.[name];
      return why === undefined ? t('noMetrics') : t(`missing.${why.code}`, { reason: why.reason });
    },
    [t],
  );
}
