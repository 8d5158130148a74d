'use client';

/** What goes, or went, partition by partition: where it began, where it begins, how many records lie between. */
import { useTranslations } from 'next-intl';
import type { PurgedPartition } from '../../console/contracts/topic-purge';
import { formatCount } from '../format/quantity';
import { PreviewTable } from '../tables/preview-table';
import { Dash } from '../ui/value';

interface PurgedPartitionsProps {
  partitions: readonly PurgedPartition[];
  done: boolean;
}

export function PurgedPartitions({ partitions, done }: PurgedPartitionsProps) {
  const t = useTranslations('purgeTopic');
  const offset = (value: number | null) =>
    value === null ? <Dash reason={t('unknown')} /> : formatCount(value);
  return (
    <PreviewTable
      label={t(done ? 'outcome' : 'table')}
      rows={partitions}
      keyOf={(each) => each.partition}
      columns={[
        {
          header: t('partition'),
          cell: ({ partition, error }) => (
            <>
              {partition}
              {error === null ? null : <span className="ml-2 text-xs break-words text-bad">{error}</span>}
            </>
          ),
        },
        { header: t('begins'), align: 'end', cell: (each) => offset(each.oldStartOffset) },
        { header: t('beginsThen'), align: 'end', strong: true, cell: (each) => offset(each.newStartOffset) },
        { header: t(done ? 'went' : 'goes'), align: 'end', cell: (each) => offset(each.records) },
      ]}
    />
  );
}
