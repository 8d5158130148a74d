'use client';

/** The numbers of the wall board, each with its last hour: those that should be zero first, then how much goes through. */
import type { ReactNode } from 'react';
import { useTranslations } from 'next-intl';
import type { Overview } from '../../console/contracts/overview';
import { formatClock } from '../format/duration';
import { HourSpark } from '../overview/hour-spark';
import { cn } from '../ui/cn';
import { hairlineGrid } from '../ui/hairlines';
import { StatusMark, type Tone } from '../ui/status';
import { Value } from '../ui/value';

interface NumberProps {
  label: string;
  value: ReactNode;
  /** Set when the number is a reason to get up. */
  tone?: Tone | undefined;
  /** What has to be said of the number: that it is a lower bound. */
  note?: string | undefined;
  spark?: ReactNode;
}

/**
 * Lags of six digits and rates with their unit are wider than the counts that should be zero. Numbers stand in one line, also where a label of
 * another language takes two.
 */
const sevenColumns =
  'xl:grid-cols-[repeat(4,minmax(0,1fr))_minmax(0,1.3fr)_minmax(0,1.05fr)_minmax(0,1.15fr)]';

function WallNumber({ label, value, tone, note, spark }: NumberProps) {
  return (
    <li className="row-span-3 grid grid-rows-subgrid gap-y-1 px-[max(0.75rem,1.2vw)] py-[1.8vh]">
      <span className="flex items-center gap-1.5 self-start text-[clamp(0.8125rem,1.08vw,1.75rem)] text-dim">
        {tone === undefined ? null : <StatusMark tone={tone} className="size-[1em]" />}
        {label}
      </span>
      <span className="text-[clamp(1.75rem,3.4vw,5.5rem)] leading-none font-medium tracking-[-0.02em] whitespace-nowrap text-ink [&_.text-dim]:text-[0.45em] [&_.text-dim]:font-normal">
        {value}
      </span>
      <span className="mt-1 flex h-[3vh] min-h-6 items-end gap-2">
        {note === undefined ? null : (
          <span className="shrink-0 text-[clamp(0.75rem,1vw,1.5rem)] leading-none text-dim tnum">{note}</span>
        )}
        <span className="h-full min-w-0 flex-1">{spark}</span>
      </span>
    </li>
  );
}

export function WallNumbers({
  overview,
  firing,
}: {
  overview: Overview | undefined;
  firing: number | undefined;
}) {
  const t = useTranslations('wall');
  const down = overview?.brokersDown ?? 0;
  const under = overview?.underReplicatedPartitions ?? 0;
  const offline = overview?.offlinePartitions ?? 0;
  const lagNote =
    overview?.totalLagAtLeast === true
      ? t('lagAtLeast')
      : overview?.totalLagAsOf == null
        ? undefined
        : t('lagPartlyOf', { at: formatClock(Date.parse(overview.totalLagAsOf), false) });
  return (
    <ul
      aria-label={t('numbers')}
      className={cn(hairlineGrid, 'grid-cols-2 border-y border-line md:grid-cols-4', sevenColumns)}
    >
      <WallNumber
        label={t('brokers')}
        tone={down > 0 ? 'bad' : undefined}
        value={<Value kind="count" value={overview?.brokers} />}
      />
      <WallNumber
        label={t('offline')}
        tone={offline > 0 ? 'bad' : undefined}
        value={<Value kind="count" value={overview?.offlinePartitions} />}
        spark={<HourSpark fluid series="cluster.offlinePartitions" />}
      />
      <WallNumber
        label={t('underReplicated')}
        tone={under > 0 ? 'warn' : undefined}
        value={<Value kind="count" value={overview?.underReplicatedPartitions} />}
        spark={<HourSpark fluid series="cluster.underReplicatedPartitions" />}
      />
      <WallNumber
        label={t('alerts')}
        tone={(firing ?? 0) > 0 ? 'bad' : undefined}
        value={<Value kind="count" value={firing} />}
      />
      <WallNumber
        label={t('lag')}
        note={lagNote}
        value={<Value kind="compact" value={overview?.totalLag} reason={t('lagUnknown')} />}
        spark={<HourSpark fluid series="cluster.totalLag" />}
      />
      <WallNumber
        label={t('messages')}
        value={<Value kind="perSec" value={overview?.messagesInPerSec} />}
        spark={<HourSpark fluid series="cluster.messagesInPerSec" />}
      />
      <WallNumber
        label={t('bytesIn')}
        value={<Value kind="bytesPerSec" value={overview?.bytesInPerSec} />}
        spark={<HourSpark fluid series="cluster.bytesInPerSec" />}
      />
    </ul>
  );
}
