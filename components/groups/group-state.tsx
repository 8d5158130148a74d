'use client';

/** The state of a group in Kafka's word, with a shape for how it is. */
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
