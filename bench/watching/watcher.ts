/** A program that watches a cluster, of which one round at a time is measured. */
export interface WatchedRound {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Sum of all lags; null where it is not told here. */
  readonly lag: number | null;
}

export interface Watcher {
  readonly name: string;
  round(): Promise<WatchedRound>;
  stop(): Promise<void>;
}
