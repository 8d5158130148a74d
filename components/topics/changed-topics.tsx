'use client';

/** What would become, or became, of each topic: its numbers before and after, or what goes, and the outcome with its reason. */
import { useLocale, useTranslations } from 'next-intl';
import type { ChangedTopic, TopicChanges, TopicOutcome } from '../../console/contracts/topic-changes';
import { formatCount, quantityText } from '../format/quantity';
import { PreviewTable } from '../tables/preview-table';
import { Status, type Tone } from '../ui/status';

const tones: Record<TopicOutcome, Tone> = {
  planned: 'unknown',
  done: 'ok',
  nothing: 'idle',
  refused: 'warn',
  unknown: 'bad',
};

function Effect({ item }: { item: ChangedTopic }) {
  const t = useTranslations('changeTopics');
  const locale = useLocale();
  const { from, to, records, sizeBytes, readers } = item;
  if (to !== null) return <code className="break-all">{`${from ?? '–'} → ${to}`}</code>;
  const losses = [
    records === null ? null : t('records', { count: formatCount(records) }),
    sizeBytes === null ? null : quantityText('bytes', sizeBytes, locale),
    readers.length === 0 ? null : t('readBy', { groups: readers.join(', ') }),
  ].filter((loss) => loss !== null);
  return losses.length === 0 ? <span className="text-dim">–</span> : <>{losses.join(', ')}</>;
}

export function ChangedTopics({ told }: { told: TopicChanges }) {
  const t = useTranslations('changeTopics');
  return (
    <PreviewTable
      label={t(told.dryRun ? 'table' : 'outcomeTable')}
      rows={told.items}
      keyOf={(item) => item.topic}
      columns={[
        {
          header: t('topic'),
          strong: true,
          cell: ({ topic }) => <span className="inline-block min-w-28 break-all">{topic}</span>,
        },
        {
          header: t('effect'),
          cell: (item) => (
            <span className="break-words">
              <Effect item={item} />
            </span>
          ),
        },
        {
          header: t('outcome'),
          cell: ({ outcome, reason }) => (
            <>
              <Status tone={tones[outcome]}>{t(`outcomes.${outcome}`)}</Status>
              {reason === null ? null : <p className="text-xs break-words text-soft">{reason}</p>}
            </>
          ),
        },
      ]}
    />
  );
}
