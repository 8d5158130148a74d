'use client';

/** How far was looked: one sentence, what was passed over and could not be read, and the offsets of each partition on demand. */
import { useLocale, useTranslations } from 'next-intl';
import { formatCount, quantityText } from '../format/quantity';
import { Notice } from '../ui/notice';
import type { ScanSum, ScannedPartition } from './scan-sum';

/** Rows that are drawn; the rest is said in a line. */
const SHOWN_PARTITIONS = 200;
const SHOWN_REASONS = 3;

export function ScanSentence({ sum, found }: { sum: ScanSum; found: number }) {
  const t = useTranslations('messages');
  const locale = useLocale();
  return (
    <p>
      {t('foundCount', { count: found })}{' '}
      {t('looked', {
        records: sum.records,
        partitions: sum.partitions.length,
        size: quantityText('bytes', sum.bytes, locale),
        time: quantityText('seconds', sum.seconds, locale),
      })}{' '}
      {t(`stopped.${sum.stoppedBy}`)}
    </p>
  );
}

function Reasons({ sum }: { sum: ScanSum }) {
  const t = useTranslations('messages');
  const { unanswered, unreadable } = sum;
  const more = (count: number): string =>
    count > SHOWN_REASONS ? ` ${t('andMore', { count: count - SHOWN_REASONS })}` : '';
  return (
    <>
      {unanswered.length === 0 ? null : (
        <Notice banner tone="warn" title={t('unanswered', { count: unanswered.length })}>
          {unanswered
            .slice(0, SHOWN_REASONS)
            .map(({ partition, reason }) => t('reasonAt', { partition, reason }))
            .join(' ')}
          {more(unanswered.length)}
        </Notice>
      )}
      {unreadable.length === 0 ? null : (
        <Notice banner tone="warn" title={t('unreadable', { count: unreadable.length })}>
          {unreadable
            .slice(0, SHOWN_REASONS)
            .map(({ partition, offset, reason }) =>
              t('unreadableAt', { partition, offset: formatCount(offset), reason }),
            )
            .join(' ')}
          {more(unreadable.length)}
        </Notice>
      )}
    </>
  );
}

function Range({ range: { partition, from, to, startOffset, endOffset } }: { range: ScannedPartition }) {
  const t = useTranslations('messages');
  return (
    <tr className="border-t border-line/60">
      <th scope="row" className="py-1 pr-4 text-left font-normal text-soft tnum">
        {partition}
      </th>
      <td className="py-1 pr-4 text-right text-ink tnum">
        {from >= to ? t('nothingLooked') : t('rangeOf', { from: formatCount(from), to: formatCount(to - 1) })}
      </td>
      <td className="py-1 text-right text-soft tnum">
        {startOffset >= endOffset
          ? t('emptyLog')
          : t('rangeOf', { from: formatCount(startOffset), to: formatCount(endOffset - 1) })}
      </td>
    </tr>
  );
}

export function ScanReport({ sum }: { sum: ScanSum }) {
  const t = useTranslations('messages');
  const hidden = sum.partitions.length - SHOWN_PARTITIONS;
  const head = 'py-1 text-right font-medium';
  return (
    <>
      <Reasons sum={sum} />
      <details className="sheet-x border-t border-line py-2 text-sm text-dim">
        <summary className="w-fit cursor-pointer rounded-xs hover:text-ink">{t('ranges')}</summary>
        <div className="mt-2 max-w-full overflow-x-auto">
          <table aria-label={t('ranges')} className="text-xs">
            <thead>
              <tr>
                <th scope="col" className="py-1 pr-4 text-left font-medium">
                  {t('partition')}
                </th>
                <th scope="col" className={`${head} pr-4`}>
                  {t('lookedAt')}
                </th>
                <th scope="col" className={head}>
                  {t('logHolds')}
                </th>
              </tr>
            </thead>
            <tbody>
              {sum.partitions.slice(0, SHOWN_PARTITIONS).map((range) => (
                <Range key={range.partition} range={range} />
              ))}
            </tbody>
          </table>
        </div>
        {hidden > 0 ? <p className="mt-1 text-xs">{t('morePartitions', { count: hidden })}</p> : null}
        {sum.controlBatches + sum.abortedBatches === 0 ? null : (
          <p className="mt-1 text-xs">
            {t('passedOver', { control: sum.controlBatches, aborted: sum.abortedBatches })}
          </p>
        )}
      </details>
    </>
  );
}
