'use client';

/** The ten at the top: by lag, records, size, messages in, bytes in and out. A hairline bar shows each one's share of the first. */
import { useId } from 'react';
import { useTranslations } from 'next-intl';
import type { Overview, TopEntry } from '../../console/contracts/overview';
import type { QuantityKind } from '../format/quantity';
import { usePaths } from '../layout/session-context';
import { cn } from '../ui/cn';
import { hairlineGrid } from '../ui/hairlines';
import { PageLink } from '../ui/page-link';
import { Skeleton } from '../ui/skeleton';
import { Value } from '../ui/value';

interface TopListProps {
  title: string;
  unit?: string | undefined;
  entries: readonly TopEntry[] | undefined;
  kind: QuantityKind;
  hrefOf: (name: string) => string;
  empty: string;
  more: string;
}

function TopList({ title, unit, entries, kind, hrefOf, empty, more }: TopListProps) {
  const id = useId();
  const t = useTranslations('overview');
  const first = entries?.[0]?.value ?? 0;
  return (
    <section aria-labelledby={id} className="min-w-0 px-4 py-3 md:px-6">
      <header className="flex h-6 items-baseline gap-2">
        <h2 id={id} className="truncate text-sm font-medium text-ink">
          {title}
        </h2>
        {unit === undefined ? null : <span className="text-xs text-dim">{unit}</span>}
        <PageLink
          href={more}
          aria-label={t('allOf', { title })}
          className="ml-auto text-xs text-dim hover:text-accent"
        >
          {t('all')}
        </PageLink>
      </header>
      {entries === undefined ? (
        <div className="skeletons mt-1 flex flex-col gap-4 py-2">
          {Array.from({ length: 5 }, (_, row) => (
            <Skeleton key={row} />
          ))}
        </div>
      ) : entries.length === 0 ? (
        <p className="py-4 text-sm text-dim">{empty}</p>
      ) : (
        <ol className="mt-0.5">
          {entries.map((entry) => (
            <li key={entry.name} className="relative flex h-7 items-center gap-3 text-sm">
              <PageLink
                href={hrefOf(entry.name)}
                className="min-w-0 flex-1 truncate text-ink hover:text-accent"
              >
                {entry.name}
              </PageLink>
              <Value kind={kind} value={entry.value} className="text-ink" />
              <span aria-hidden className="absolute inset-x-0 bottom-0 h-px bg-line/70">
                <span
                  className="absolute bottom-0 left-0 h-0.5 bg-accent/55"
                  style={{ width: `${first <= 0 ? 0 : Math.max(0, (entry.value / first) * 100)}%` }}
                />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

export function TopLists({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('overview');
  const paths = usePaths();
  const top = overview?.top;
  const isLagUnknown = overview?.totalLag === null && overview.groups > 0;
  return (
    <div className={cn(hairlineGrid, 'border-y border-line sm:grid-cols-2 xl:grid-cols-3')}>
      <TopList
        title={t('topLag')}
        unit={t('records')}
        entries={top?.groupsByLag.filter((entry) => entry.value > 0)}
        kind="count"
        hrefOf={paths.group}
        empty={isLagUnknown ? t('topUnknown') : t('topLagEmpty')}
        more={`${paths.groups}?sort=-totalLag`}
      />
      <TopList
        title={t('topRecords')}
        unit={t('records')}
        entries={top?.topicsByRecords}
        kind="count"
        hrefOf={paths.topic}
        empty={overview?.topics === 0 ? t('topEmpty') : t('topRecordsEmpty')}
        more={`${paths.topics}?sort=-records`}
      />
      <TopList
        title={t('topSize')}
        entries={top?.topicsBySizeBytes}
        kind="bytes"
        hrefOf={paths.topic}
        empty={overview?.topics === 0 ? t('topEmpty') : t('topUnknown')}
        more={`${paths.topics}?sort=-sizeBytes`}
      />
      <TopList
        title={t('topMessagesIn')}
        entries={top?.topicsByMessagesInPerSec}
        kind="perSec"
        hrefOf={paths.topic}
        empty={t('topRateEmpty')}
        more={`${paths.topics}?sort=-messagesInPerSec`}
      />
      <TopList
        title={t('topBytesIn')}
        entries={top?.topicsByBytesInPerSec}
        kind="bytesPerSec"
        hrefOf={paths.topic}
        empty={t('topRateEmpty')}
        more={`${paths.topics}?sort=-bytesInPerSec`}
      />
      <TopList
        title={t('topBytesOut')}
        entries={top?.topicsByBytesOutPerSec}
        kind="bytesPerSec"
        hrefOf={paths.topic}
        empty={t('topRateEmpty')}
        more={`${paths.topics}?sort=-bytesOutPerSec`}
      />
    </div>
  );
}
