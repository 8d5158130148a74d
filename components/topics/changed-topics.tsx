'use client';

/** What would become, or became, of each topic: its numbers before and after, or what goes, and the outcome with its reason. */
import { useLocale, useTranslations } from 'next-intl';
import type { ChangedTopic, TopicChanges, TopicOutcome } from '../../console/contracts/topic-changes';
import { formatCount, quantityText } from '../format/quantity';
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
  const label = t(told.dryRun ? 'table' : 'outcomeTable');
  return (
    <div
      className="max-h-80 min-h-24 shrink-0 overflow-auto rounded-sm border border-line"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{label}</caption>
        <thead className="sticky top-0 bg-sunken text-xs text-dim">
          <tr>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              {t('topic')}
            </th>
            <th scope="col" className="px-2 py-1.5 text-left font-medium">
              {t('effect')}
            </th>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              {t('outcome')}
            </th>
          </tr>
        </thead>
        <tbody>
          {told.items.map((item) => (
            <tr key={item.topic} className="border-t border-line/60 align-top">
              <th scope="row" className="min-w-28 px-3 py-1 text-left font-medium break-all text-ink">
                {item.topic}
              </th>
              <td className="px-2 py-1 break-words text-soft tnum">
                <Effect item={item} />
              </td>
              <td className="px-3 py-1">
                <Status tone={tones[item.outcome]}>{t(`outcomes.${item.outcome}`)}</Status>
                {item.reason === null ? null : <p className="text-xs break-words text-soft">{item.reason}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
