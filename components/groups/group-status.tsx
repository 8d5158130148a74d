'use client';

/**
 * The statuses of groups as they are said everywhere: one word each, the one that the API and rules use, and one phrase that says
 * what it means. On pages of groups, in rules and in incidents alike.
 */
import { useCallback } from 'react';
import { useTranslations } from 'next-intl';
import type { GroupStatus } from '../../console/contracts/groups';
import { Status, type Tone } from '../ui/status';

const tones: Record<GroupStatus, Tone> = {
  ok: 'ok',
  slow: 'warn',
  stalled: 'bad',
  stopped: 'bad',
  rewound: 'warn',
  unknown: 'unknown',
};

const names = Object.keys(tones) as GroupStatus[];

/** Of a status that came as text, from a rule or an incident; what is no status of a group stays as it is. */
export function useStatusName(): (status: string) => string {
  const t = useTranslations('groupStatus');
  return useCallback(
    (status) => {
      const known = names.find((each) => each === status);
      return known === undefined ? status : t(`word.${known}`);
    },
    [t],
  );
}

interface GroupStatusWordProps {
  status: GroupStatus;
  reason: string | null;
  className?: string;
}

/** As wide as the longest of the words: reasons behind them begin in one line. */
export const wordOfTable = 'sm:w-20 sm:shrink-0';

/** The reason is what is so here and now; without one the phrase says what the word means. */
export function GroupStatusWord({ status, reason, className }: GroupStatusWordProps) {
  const t = useTranslations('groupStatus');
  const title = reason === null ? t(`meaning.${status}`) : `${t(`meaning.${status}`)}: ${reason}`;
  return (
    <Status tone={tones[status]} title={title} className={className}>
      {t(`word.${status}`)}
    </Status>
  );
}
