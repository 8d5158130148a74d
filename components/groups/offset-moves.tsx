'use client';

/** What a reset would do, partition by partition: from where, to where, and how many records are read again or skipped. */
import { useTranslations } from 'next-intl';
import type { OffsetMove } from '../../console/contracts/groups';
import { formatCount } from '../format/quantity';
import { PreviewTable } from '../tables/preview-table';

function Difference({ move: { oldOffset, newOffset } }: { move: OffsetMove }) {
  const t = useTranslations('resetOffsets');
  if (oldOffset === null || newOffset === null) return <span className="text-dim">–</span>;
  if (oldOffset === newOffset) return <span className="text-dim">{t('same')}</span>;
  const count = formatCount(Math.abs(newOffset - oldOffset));
  return <>{newOffset < oldOffset ? t('again', { count }) : t('skipped', { count })}</>;
}

export function OffsetMoves({ moves }: { moves: readonly OffsetMove[] }) {
  const t = useTranslations('resetOffsets');
  return (
    <PreviewTable
      label={t('table')}
      rows={moves}
      keyOf={(move) => move.partition}
      columns={[
        {
          header: t('partition'),
          cell: ({ partition, note }) => (
            <>
              {partition}
              {note === null ? null : <span className="ml-2 text-xs text-warn">{note}</span>}
            </>
          ),
        },
        {
          header: t('from'),
          align: 'end',
          cell: ({ oldOffset }) => (oldOffset === null ? t('none') : formatCount(oldOffset)),
        },
        {
          header: t('new'),
          align: 'end',
          strong: true,
          cell: ({ newOffset }) => (newOffset === null ? t('unchanged') : formatCount(newOffset)),
        },
        { header: t('difference'), align: 'end', cell: (move) => <Difference move={move} /> },
      ]}
    />
  );
}
