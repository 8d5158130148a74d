/** What a compatibility case is: a foreign program, what it needs to be installed, and what must come out. */

export interface CompatContext {
  /** host:port of a broker that is made for this run. */
  readonly bootstrap: string;
  /** A topic name nobody else uses. */
  readonly topic: string;
}

export interface CompatCase {
  readonly name: string;
  /** Why it cannot run here, or null. */
  readonly missing: () => Promise<string | null>;
  /** With whose program, as that says it itself, where it is not what its group names. */
  readonly versions?: () => Promise<string>;
  /** Throws when the outcome is wrong. */
  readonly run: (context: CompatContext) => Promise<void>;
}
