'use client';

/** Whether a broker is up, in the words of its state, with how long it has not answered. */
import { useLocale, useTranslations } from 'next-intl';
import type { Broker } from '../../console/contracts/brokers';
import { hostPort } from '../../console/model/host-port';
import { formatAge } from '../format/duration';
import { Status } from '../ui/status';
import { useNow } from '../ui/time';

export function BrokerStatus({ broker }: { broker: Pick<Broker, 'status' | 'lastSeen'> }) {
  const t = useTranslations('brokers');
  const locale = useLocale();
  const now = useNow();
  if (broker.status === 'up') return <Status tone="ok">{t('online')}</Status>;
  const { status, lastSeen } = broker;
  const age =
    lastSeen === null ? t('neverSeen') : now === 0 ? '…' : formatAge(now - Date.parse(lastSeen), locale);
  return (
    <Status tone="bad" title={t(status === 'fenced' ? 'fencedMeaning' : 'downMeaning')}>
      {t(status === 'fenced' ? 'fenced' : 'down')}
      <span className="ml-1.5 text-dim">{age}</span>
    </Status>
  );
}

/** `host:port`, or nothing when the cluster has never told it. */
export const addressOf = ({ host, port }: Pick<Broker, 'host' | 'port'>): string | null =>
  host === '' ? null : hostPort({ host, port });
