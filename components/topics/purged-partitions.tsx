'use client';

/** What goes, or went, partition by partition: where it began, where it begins, how many records lie between. */
import { useTranslations } from 'next-intl';
import type { PurgedPartition } from '../../console/contracts/topic-purge';
import { formatCount } from '../format/quantity';
import { Dash } from '../ui/value';

/** Rows that are drawn; the rest is said in a line. */
const SHOWN_MAX = 500;

function Offset({ value, reason }: { value: number | null; reason: string }) {
  return value === null ? <Dash reason={reason} /> : <>{formatCount(value)}</>;
}

export function PurgedPartitions({
  partitions,
  done,
}: {
  partitions: readonly PurgedPartition[];
  done: boolean;
}) {
  const t = useTranslations('purgeTopic');
  const number = 'px-2 py-1 text-right tnum';
  const label = t(done ? 'outcome' : 'table');
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
              {t('partition')}
            </th>
            <th scope="col" className={`${number} font-medium`}>
              {t('begins')}
            </th>
            <th scope="col" className={`${number} font-medium`}>
              {t('beginsThen')}
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              {t(done ? 'went' : 'goes')}
            </th>
          </tr>
        </thead>
        <tbody>
          {partitions.slice(0, SHOWN_MAX).map((each) => (
            <tr key={each.partition} className="border-t border-line/60">
              <th scope="row" className="px-3 py-1 text-left font-normal text-soft tnum">
                {each.partition}
                {each.error === null ? null : (
                  <span className="ml-2 text-xs break-words text-bad">{each.error}</span>
                )}
              </th>
              <td className={`${number} text-soft`}>
                <Offset value={each.oldStartOffset} reason={t('unknown')} />
              </td>
              <td className={`${number} font-medium text-ink`}>
                <Offset value={each.newStartOffset} reason={t('unknown')} />
              </td>
              <td className="px-3 py-1 text-right text-soft tnum">
                <Offset value={each.records} reason={t('unknown')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {partitions.length > SHOWN_MAX ? (
        <p className="border-t border-line px-3 py-1.5 text-xs text-dim">
          {t('more', { count: partitions.length - SHOWN_MAX })}
        </p>
      ) : null}
    </div>
  );
}
