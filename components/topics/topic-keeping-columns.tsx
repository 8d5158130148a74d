'use client';

/** The columns that say how long a topic keeps records, and when it was last written to. */
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { Topic } from '../../console/contracts/topics';
import { formatDuration, formatMoment } from '../format/duration';
import { quantityText } from '../format/quantity';
import type { Column } from '../tables/columns';
import { Age, useOnClient } from '../ui/time';
import { Dash } from '../ui/value';
import { keepingOrder, keptOf, lastWriteOf, lastWriteOrder } from './topic-keeping';

type Words = ReturnType<typeof useTranslations<'topics'>>;

function Keeping({ topic, t }: { topic: Topic; t: Words }) {
  const locale = useLocale();
  const kept = keptOf(topic);
  if (kept === null) return <Dash reason={t('settingsUnknown')} />;
  const limits = [
    kept.forMs === null ? null : formatDuration(kept.forMs, locale),
    kept.bytes === null ? null : quantityText('bytes', kept.bytes, locale),
  ].filter((limit) => limit !== null);
  const meaning = kept.compacted
    ? t('keptCompacted')
    : limits.length === 0
      ? t('keptForever')
      : t('keptUntil', { limits: limits.join(', ') });
  return (
    <span title={meaning} className="whitespace-nowrap tnum">
      {kept.compacted ? <span className="text-soft">{t('compacted')}</span> : null}
      {kept.compacted && limits.length > 0 ? ', ' : null}
      {limits.length > 0 ? limits.join(', ') : kept.compacted ? null : t('forever')}
    </span>
  );
}

function LongAgo({ atMs, isEmpty, t }: { atMs: number; isEmpty: boolean; t: Words }) {
  const locale = useLocale();
  const at = new Date(atMs).toISOString();
  const since = useOnClient() ? formatMoment(atMs, locale) : at;
  return (
    <span title={t('watchedSince', { moment: since })} className="whitespace-nowrap text-dim">
      {isEmpty ? t('noWrites') : t.rich('longerAgo', { age: () => <Age at={at} /> })}
    </span>
  );
}

function LastWrite({ topic, t }: { topic: Topic; t: Words }) {
  const last = lastWriteOf(topic);
  if (last === null) return <Dash reason={t('noOffsets')} />;
  if (last.kind === 'seen') return <Age at={new Date(last.atMs).toISOString()} />;
  return <LongAgo atMs={last.atMs} isEmpty={last.kind === 'none'} t={t} />;
}

export function useKeepingColumns(): Column<Topic>[] {
  const t = useTranslations('topics');
  return useMemo<Column<Topic>[]>(
    () => [
      {
        id: 'lastWrite',
        header: t('lastWrite'),
        align: 'end',
        width: '7.5rem',
        from: 'xl',
        sort: lastWriteOrder,
        cell: (topic) => <LastWrite topic={topic} t={t} />,
      },
      {
        id: 'retention',
        header: t('retention'),
        align: 'end',
        width: '8rem',
        from: '2xl',
        sort: keepingOrder,
        cell: (topic) => <Keeping topic={topic} t={t} />,
      },
    ],
    [t],
  );
}
