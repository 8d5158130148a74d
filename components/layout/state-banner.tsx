'use client';

/**
 * What is wrong with the picture itself, above every page: the cluster does not answer, the numbers are old, a part of the
 * last round is missing. The numbers below stay, as they were last known.
 */
import { useLocale, useTranslations } from 'next-intl';
import { useLive } from '../data/live-provider';
import { useOverviewAge } from '../data/overview-age';
import { useOverview } from '../data/use-overview';
import { formatDuration } from '../format/duration';
import { Notice } from '../ui/notice';
import { useClusterId, useSession } from './session-context';

export function StateBanner() {
  const t = useTranslations('banner');
  const locale = useLocale();
  const { cluster } = useSession();
  const { state } = useLive();
  const overview = useOverview(useClusterId()).data;
  const ageMs = useOverviewAge(overview);
  if (overview === undefined || ageMs === null || state.paused) return null;
  const age = formatDuration(ageMs, locale);
  const unreachable = overview.health.facts.find((fact) => fact.kind === 'cluster-unreachable');
  if (overview.status === 'unreachable' || unreachable !== undefined) {
    return (
      <Notice banner tone="bad" title={t('unreachable', { cluster: cluster.name })}>
        {t('unreachableMeaning', { age })}
        {unreachable?.kind === 'cluster-unreachable' && unreachable.detail !== ''
          ? ` ${unreachable.detail}`
          : null}
      </Notice>
    );
  }
  if (state.connection === 'lost' && ageMs > overview.intervalMs * 1.5) {
    return (
      <Notice banner tone="warn" title={t('lost')}>
        {t('lostMeaning', { age })}
      </Notice>
    );
  }
  if (overview.stale || ageMs > overview.intervalMs * 3) {
    return (
      <Notice banner tone="warn" title={t('stale', { age })}>
        {t('staleMeaning')}
      </Notice>
    );
  }
  return null;
}
