'use client';

/** Time behind and time to catch up, in words people use. What is not known is a dash that says why; an estimate says so. */
import { useLocale, useTranslations } from 'next-intl';
import type { Group } from '../../console/contracts/groups';
import { formatDuration } from '../format/duration';
import { cn } from '../ui/cn';
import { Dash } from '../ui/value';

interface SecondsBehindProps {
  of: Pick<Group, 'lagSeconds' | 'lagSecondsAtLeast'>;
  className?: string | undefined;
  /** As the number of a tile, whose note says "at least". */
  alone?: boolean | undefined;
}

export function SecondsBehind({
  of: { lagSeconds, lagSecondsAtLeast },
  className,
  alone = false,
}: SecondsBehindProps) {
  const t = useTranslations('groups');
  const locale = useLocale();
  if (lagSeconds === null) return <Dash reason={t('secondsUnknown')} />;
  const time = formatDuration(lagSeconds * 1000, locale);
  return (
    <span
      title={lagSecondsAtLeast ? t('atLeastMeaning') : undefined}
      className={cn('whitespace-nowrap tnum', lagSeconds >= 1 || alone ? 'text-ink' : 'text-dim', className)}
    >
      {lagSecondsAtLeast && !alone ? t('atLeast', { time }) : time}
    </span>
  );
}

export function CatchUp({
  of: { catchUpSeconds, totalLag },
}: {
  of: Pick<Group, 'catchUpSeconds' | 'totalLag'>;
}) {
  const t = useTranslations('groups');
  const locale = useLocale();
  if (totalLag !== null && totalLag <= 0) return <Dash reason={t('nothingToCatchUp')} />;
  if (catchUpSeconds === null) return <Dash reason={t('catchUpUnknown')} />;
  return (
    <span title={t('catchUpMeaning')} className="whitespace-nowrap tnum">
      {t('about', { time: formatDuration(catchUpSeconds * 1000, locale) })}
    </span>
  );
}
