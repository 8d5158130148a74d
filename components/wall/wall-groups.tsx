'use client';

/** Who is furthest behind, on the wall board: a name, a number and a bar. */
import { useTranslations } from 'next-intl';
import type { Overview } from '../../console/contracts/overview';
import { Value } from '../ui/value';

const ROWS = 6;

export function WallGroups({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('wall');
  const groups = (overview?.top.groupsByLag ?? []).filter(({ value }) => value > 0).slice(0, ROWS);
  const most = groups[0]?.value ?? 1;
  return (
    <section aria-labelledby="wall-groups" className="min-w-0 flex-[2]">
      <h2 id="wall-groups" className="text-[clamp(0.875rem,1.2vw,1.75rem)] text-dim">
        {t('groups')}
      </h2>
      {groups.length === 0 ? (
        <p className="mt-[1vh] text-[clamp(1.125rem,2vw,3rem)] text-soft">
          {overview === undefined ? '…' : overview.totalLag === null ? t('lagUnknown') : t('noneBehind')}
        </p>
      ) : (
        <ol className="mt-[1vh]">
          {groups.map(({ name, value }) => (
            <li key={name} className="relative py-[0.9vh] text-[clamp(1rem,1.6vw,2.5rem)] leading-tight">
              <span className="flex justify-between gap-4">
                <span className="truncate text-ink">{name}</span>
                <Value kind="count" value={value} className="font-medium text-ink" />
              </span>
              <span aria-hidden className="absolute inset-x-0 bottom-0 h-1 bg-active">
                <span className="block h-full bg-accent/60" style={{ width: `${(value / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
