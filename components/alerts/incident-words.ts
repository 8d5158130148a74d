'use client';

/**
 * The name of an incident and why it is one. Of a rule both are what people wrote and what was measured; what no rule is needed for has
 * words of its own in each language, and not those in which it was written down.
 */
import { useCallback } from 'react';
import { useTranslations } from 'next-intl';
import type { Incident } from '../../console/contracts/alerts';
import { asSentence } from '../format/sentence';

type Named = Pick<Incident, 'type' | 'rule'>;
type Explained = Pick<Incident, 'type' | 'reason' | 'value'>;

export function useIncidentName(): (incident: Named) => string {
  const t = useTranslations('alerts');
  return useCallback(
    ({ type, rule }) => (type === 'refused-tokens' ? t('refusedTokens.name') : rule.name),
    [t],
  );
}

/** A sentence; null where nothing is said. */
export function useIncidentReason(): (incident: Explained) => string | null {
  const t = useTranslations('alerts');
  return useCallback(
    ({ type, reason, value }) => {
      if (type === 'refused-tokens') return t('refusedTokens.reason', { count: value ?? 0 });
      return reason === null ? null : asSentence(reason);
    },
    [t],
  );
}
