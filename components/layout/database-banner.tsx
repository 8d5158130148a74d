'use client';

/**
 * The console's own database fails: above every page, with what goes on without it and what does not. It takes no place of the banner
 * about the cluster: one says how old the numbers are, this one that they are not kept.
 */
import { useLocale, useTranslations } from 'next-intl';
import { useHealth } from '../data/use-health';
import { formatDuration } from '../format/duration';
import { Notice } from '../ui/notice';
import { useNow } from '../ui/time';

export function DatabaseBanner() {
  const t = useTranslations('banner');
  const locale = useLocale();
  const now = useNow();
  const database = useHealth().data?.database;
  if (database === undefined || database.state === 'ok') return null;
  const { since, reason } = database;
  const age = since === null || now === 0 ? '…' : formatDuration(now - Date.parse(since), locale);
  return (
    <Notice banner tone="bad" title={t('database', { age })}>
      {reason === null ? null : `${reason} `}
      {t('databaseMeaning')}
    </Notice>
  );
}
