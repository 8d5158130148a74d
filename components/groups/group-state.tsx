'use client';

'use client';

/** The state of a group in Kafka's word, with a shape for how it is, and on hover what the word means. */
import { useCallback } from 'react';
import { useTranslations } from 'next-intl';
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

const explained = [
  'Stable',
  'Empty',
  'Dead',
  'PreparingRebalance',
  'CompletingRebalance',
  'Assigning',
  'Reconciling',
  'NotReady',
  'Unknown',
] as const;

/** Null for a state that a newer Kafka may have. */
export function useStateMeaning(): (state: string) => string | null {
  const t = useTranslations('groupState');
  return useCallback(
    (state) => {
      const known = explained.find((each) => each === state);
      return known === undefined ? null : t(known);
    },
    [t],
  );
}

export function GroupState({ state }: { state: string }) {
  const meaning = useStateMeaning()(state);
  return (
    <Status
      tone={stateTones[state] ?? 'unknown'}
      title={meaning === null ? undefined : `${state}: ${meaning}`}
    >
      {state}
    </Status>
  );
}
