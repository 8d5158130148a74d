'use client';

/** What a reset would do, partition by partition: from where, to where, and how many records are read again or skipped. */
import { useTranslations } from 'next-intl';
import type { OffsetMove } from '../../console/contracts/groups';
import { formatCount } from '../format/quantity';

/** Rows that are drawn; the rest is said in a line. */
const SHOWN_MAX = 500;

function Difference({ move: { oldOffset, newOffset } }: { move: OffsetMove }) {
  const t = useTranslations('resetOffsets');
  if (oldOffset === null || newOffset === null) return <span className="text-dim">–</span>;
  if (oldOffset === newOffset) return <span className="text-dim">{t('same')}</span>;
  const count = formatCount(Math.abs(newOffset - oldOffset));
  return <>{newOffset < oldOffset ? t('again', { count }) : t('skipped', { count })}</>;
}

export function OffsetMoves({ moves }: { moves: readonly OffsetMove[] }) {
  const t = useTranslations('resetOffsets');
  const number = 'px-2 py-1 text-right tnum';
  return (
    <div
      className="max-h-80 min-h-24 shrink-0 overflow-auto rounded-sm border border-line"
      tabIndex={0}
      role="region"
      aria-label={t('table')}
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{t('table')}</caption>
        <thead className="sticky top-0 bg-sunken text-xs text-dim">
          <tr>
            <th scope="col" className="px-3 py-1.5 text-left font-medium">
              {t('partition')}
            </th>
            <th scope="col" className={`${number} font-medium`}>
              {t('from')}
            </th>
            <th scope="col" className={`${number} font-medium`}>
              {t('new')}
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              {t('difference')}
            </th>
          </tr>
        </thead>
        <tbody>
          {moves.slice(0, SHOWN_MAX).map((move) => (
            <tr key={move.partition} className="border-t border-line/60">
              <th scope="row" className="px-3 py-1 text-left font-normal text-soft tnum">
                {move.partition}
                {move.note === null ? null : <span className="ml-2 text-xs text-warn">{move.note}</span>}
              </th>
              <td className={`${number} text-soft`}>
                {move.oldOffset === null ? t('none') : formatCount(move.oldOffset)}
              </td>
              <td className={`${number} font-medium text-ink`}>
                {move.newOffset === null ? t('unchanged') : formatCount(move.newOffset)}
              </td>
              <td className="px-3 py-1 text-right text-soft tnum">
                <Difference move={move} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {moves.length > SHOWN_MAX ? (
        <p className="border-t border-line px-3 py-1.5 text-xs text-dim">
          {t('more', { count: moves.length - SHOWN_MAX })}
        </p>
      ) : null}
    </div>
  );
}
