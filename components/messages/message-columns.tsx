'use client';

/** The columns of a list of messages: when, where, key and value in a line each, how large. */
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { Message } from '../../console/contracts/messages';
import { formatMoment, zoneOf } from '../format/duration';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { Dash, Value } from '../ui/value';
import { exactTime, isoTime, keyOf, valueOf } from './message-part';
import { placeText } from './message-search';
import { PartLine } from './part-line';

export const messageKey = (message: Message): string => placeText(message);

function MessageTime({ timestamp }: { timestamp: number | null }) {
  const t = useTranslations('messages');
  const locale = useLocale();
  const iso = isoTime(timestamp);
  if (timestamp === null) return <Dash reason={t('noTime')} />;
  if (iso === null) return <span className="tnum">{timestamp}</span>;
  return (
    <time dateTime={iso} title={`${exactTime(timestamp)} ${zoneOf(timestamp)}`} className="tnum">
      {formatMoment(timestamp, locale)}
    </time>
  );
}

/** @param open the same function at each drawing */
export function useMessageColumns(open: (message: Message) => void): Column<Message>[] {
  const t = useTranslations('messages');
  return useMemo<Column<Message>[]>(
    () => [
      {
        id: 'time',
        header: t('time'),
        width: '10.5rem',
        cell: (message) => <MessageTime timestamp={message.timestamp} />,
        card: 'beside',
      },
      {
        id: 'partition',
        header: t('partition'),
        align: 'end',
        width: '5.5rem',
        cell: (message) => <span className="text-soft">{message.partition}</span>,
      },
      {
        id: 'offset',
        header: t('offset'),
        align: 'end',
        width: '8.5rem',
        cell: (message) => {
          const offset = formatCount(message.offset);
          return (
            <button
              type="button"
              aria-label={t('openMessage', { partition: message.partition, offset })}
              onClick={() => open(message)}
              className="rounded-xs font-medium text-ink tnum hover:text-accent"
            >
              {offset}
            </button>
          );
        },
        card: 'title',
      },
      {
        id: 'key',
        header: t('key'),
        width: '18%',
        cell: (message) => <PartLine of="key" part={keyOf(message)} mayBeCut={message.isCut} />,
        card: 'none',
      },
      {
        id: 'value',
        header: t('value'),
        cell: (message) => <PartLine of="value" part={valueOf(message)} mayBeCut={message.isCut} />,
        card: 'none',
      },
      {
        id: 'parts',
        header: t('key'),
        from: 'card',
        cell: (message) => (
          <span className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-xs">
            <span className="text-dim">{t('key')}</span>
            <PartLine of="key" part={keyOf(message)} mayBeCut={message.isCut} />
            <span className="text-dim">{t('value')}</span>
            <PartLine of="value" part={valueOf(message)} mayBeCut={message.isCut} />
          </span>
        ),
        card: 'wide',
      },
      {
        id: 'size',
        header: t('size'),
        align: 'end',
        width: '6.5rem',
        cell: (message) => <Value kind="bytes" value={message.sizeBytes} />,
      },
    ],
    [open, t],
  );
}
