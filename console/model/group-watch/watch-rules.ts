/** The figures behind every verdict. What they mean, with formulas and examples: docs/lag.md. */

const minuteMs = 60_000;

export interface WatchRules {
  /** Over this time a partition is judged. */
  readonly windowMs: number;
  /** A pause between two rounds counts as at most this much watched time. */
  readonly maxStepMs: number;
  /** So long a group without members is being restarted, and not stopped. */
  readonly restartMs: number;
  /** A pause of commits that is worth remembering as a rhythm. */
  readonly longPauseMs: number;
  /** A rhythm counts so many times over before its absence is a stall. */
  readonly rhythmPatience: number;
  /** A group that commits in so many rounds of one window is a quick one: one long pause of it is no rhythm yet. */
  readonly quickCommits: number;
  /** So long a pause is no stall while nothing at all is known of a rhythm: that of who commits once an hour. */
  readonly newcomerMs: number;
  /** Longest rhythm that is believed: a job of each day, with an hour to spare. */
  readonly rhythmMaxMs: number;
  /** How long a better verdict has to hold before it is said. */
  readonly recoveryMs: number;
  /** Below this a group is not behind, whatever the trend. */
  readonly slowFromSeconds: number;
  /** ... and who was called slow is so until it is below this. */
  readonly slowUntilSeconds: number;
  /** Share of what arrives that has to pile up. */
  readonly slowFromShare: number;
  readonly slowUntilShare: number;
  /** Slope over its standard error. */
  readonly slowFromCertainty: number;
  readonly slowUntilCertainty: number;
  /** Oldest unread record younger than this: keeps up, without waiting for a trend. */
  readonly freshSeconds: number;
  /** An open transaction is mentioned from here on, and called a stall from half a window on. */
  readonly transactionMentionMs: number;
  /** What vanished is remembered for so long, in watched time. */
  readonly keepMs: number;
}

export const defaultRules: WatchRules = {
  windowMs: 10 * minuteMs,
  maxStepMs: minuteMs,
  restartMs: minuteMs,
  longPauseMs: minuteMs,
  rhythmPatience: 1.5,
  quickCommits: 3,
  newcomerMs: 90 * minuteMs,
  rhythmMaxMs: 25 * 60 * minuteMs,
  recoveryMs: minuteMs,
  slowFromSeconds: 30,
  slowUntilSeconds: 15,
  slowFromShare: 0.05,
  slowUntilShare: 0.02,
  slowFromCertainty: 3,
  slowUntilCertainty: 2,
  freshSeconds: 60,
  transactionMentionMs: minuteMs / 2,
  keepMs: 60 * minuteMs,
};
