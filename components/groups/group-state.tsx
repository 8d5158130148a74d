'use client';

/** The state of a group in Kafka's word, with a shape for how it is. */
import { useTranslations } from 'next-intl';
import type { GroupStatus } from '../../console/contracts/groups';
import { Status, type Tone } from '../ui/status';

const stateTones: Record<string, Tone> = {
  Stable: 'ok',
  Empty: 'idle',
  Dead: 'idle',
  PreparingRebalance: 'warn',
  CompletingRebalance: 'warn',
  Assigning: 'warn',
  Reconciling: 'warn',
};

export function GroupState({ state }: { state: string }) {
  return <Status tone={stateTones[state] ?? 'unknown'}>{state}</Status>;
}

const statusTones: Record<GroupStatus, Tone> = {
  ok: 'ok',
  slow: 'warn',
  stalled: 'bad',
  stopped: 'bad',
  rewound: 'warn',
  unknown: 'unknown',
};

export function GroupStatusWord({ status, reason }: { status: GroupStatus; reason: string | null }) {
  const t = useTranslations('groups');
  return (
    <Status tone={statusTones[status]} title={reason ?? undefined}>
      {t(`statuses.${status}`)}
    </Status>
  );
}
