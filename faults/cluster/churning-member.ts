/** What churn does with a member of a group, whatever client it is, and what all members of one group share. */
import type { ClusterUnderFault } from './cluster-under-fault.ts';
import type { GroupLedger, Holding } from './group-ledger.ts';

export interface ChurningGroup {
  readonly cluster: ClusterUnderFault;
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  /** Nobody reads it: for commits that must be refused. */
  readonly probeTopic: string;
  readonly ledger: GroupLedger;
  /** How far each partition was written; nobody commits beyond. */
  endOf(partition: number): number;
  /** Uniform in [0, bound). */
  below(bound: number): number;
}

export interface ChurningMember {
  /** Null for a dynamic member. */
  readonly instanceId: string | null;
  /** The last assignment that it was given. */
  readonly holding: Holding | null;
  /** False once it was killed, left, or was told that it is somebody else by now. */
  readonly isAlive: boolean;
  start(): void;
  /** It is gone without a word; its connections break. */
  kill(): void;
  leave(): Promise<void>;
  /** It was killed, and does not know: it commits what it did last. */
  commitFromTheGrave(): Promise<void>;
}

/** Both kinds of client name it so: they lead one another. */
export const PROTOCOL_NAME = 'RoundRobinAssigner';
export const SESSION_MS = 6_000;
export const REBALANCE_MS = 10_000;
export const HEARTBEAT_MS = 500;
