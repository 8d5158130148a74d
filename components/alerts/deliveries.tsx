'use client';

/** The messages of an incident: to which channel, why, and how it went, with the error in the server's words. */
import { useTranslations } from 'next-intl';
import type { Delivery, Incident } from '../../console/contracts/alerts';
import { Status, type Tone } from '../ui/status';
import { Moment } from '../ui/time';

const tones: Record<Delivery['state'], Tone> = { sent: 'ok', pending: 'warn', dead: 'bad', silenced: 'idle' };

/** What no rule is needed for is told by every e-mail channel. */
export function Deliveries({ type, deliveries }: Pick<Incident, 'type' | 'deliveries'>) {
  const t = useTranslations('alerts');
  if (deliveries.length === 0) {
    return (
      <p className="sheet-x pb-3 text-sm text-dim md:pl-14">
        {t(type === 'refused-tokens' ? 'noMailChannel' : 'noDeliveries')}
      </p>
    );
  }
  return (
    <ul aria-label={t('deliveries')} className="sheet-x flex flex-col gap-1.5 bg-sunken py-3 md:pl-14">
      {deliveries.map((delivery) => (
        <li key={delivery.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-sm">
          <span className="w-28">
            <Status tone={tones[delivery.state]}>{t(`delivery.${delivery.state}`)}</Status>
          </span>
          <span className="text-ink">{delivery.channelName}</span>
          <span className="text-xs text-dim">{t(`kind.${delivery.kind}`)}</span>
          <span className="text-xs text-dim">
            <Moment at={delivery.sentAt ?? delivery.createdAt} />
          </span>
          <span className="text-xs text-dim tnum">{t('attempts', { count: delivery.attempts })}</span>
          {delivery.lastError === null ? null : (
            <span className="basis-full text-xs break-words text-bad md:pl-32">{delivery.lastError}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
