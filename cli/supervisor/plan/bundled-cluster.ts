/**
 * How many bundled brokers a data directory has, and which of them vote on the cluster's metadata. The voters are fixed when
 * the directory gets its first broker: a quorum that counted its members differently from start to start could choose two
 * leaders. Later starts may add brokers that do not vote; taking brokers away would take their replicas away. Pure.
 */
import { CommandError } from '../../command-error.ts';

export interface BundledCluster {
  /** Node ids, ascending: always 0 .. n-1. */
  readonly voters: readonly number[];
  /** Node ids 0 .. brokers-1. */
  readonly brokers: number;
}

/** More voters make every metadata change slower and outlive more deaths than one machine has reasons for. */
const votersMax = 5;

/** What an earlier version made: one broker, alone in its quorum. */
export const oneBroker: BundledCluster = { voters: [0], brokers: 1 };

/** An even number of voters survives no more deaths than the odd one below it. */
export function votersOf(brokers: number): number[] {
  const most = Math.min(brokers, votersMax);
  const odd = most % 2 === 1 ? most : most - 1;
  return Array.from({ length: odd }, (_, nodeId) => nodeId);
}

export interface AskedCluster {
  /** Absolute path of the data directory, for messages. */
  readonly data: string;
  /** What the directory has; null when it has no broker yet. */
  readonly recorded: BundledCluster | null;
  /** At least 1. */
  readonly brokers: number;
}

/** @throws CommandError when the directory has more brokers than are asked for */
export function planCluster({ data, recorded, brokers }: AskedCluster): BundledCluster {
  if (recorded === null) return { voters: votersOf(brokers), brokers };
  if (brokers < recorded.brokers) {
    throw new CommandError(
      `--brokers ${brokers}: ${data} holds ${recorded.brokers} brokers, and taking one away would lose what only it has. Use --brokers ${recorded.brokers} or more, or another --data.`,
    );
  }
  return { voters: recorded.voters, brokers };
}

/** Copies of what is written without saying how many: three, as Apache Kafka advises, or as many as there are brokers. */
export const replicationOf = (brokers: number): number => Math.min(3, brokers);

/** With three copies two must have a record before it is acknowledged, so that any one broker may be lost. */
export const minInSyncOf = (brokers: number): number => (brokers >= 3 ? 2 : 1);
