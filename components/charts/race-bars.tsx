/**
 * One bar per partition from the first kept offset to the end of the log: how far the group has come, how much is left, and
 * where it will be in a minute at today's pace. The bar is as long as the partition's log, the lag is its unfilled end.
 */
import { formatCount } from '../format/quantity';

interface RaceBarProps {
  lowOffset: number | null;
  endOffset: number | null;
  committedOffset: number | null;
  /** Records per second this partition is read at; null when not known. */
  committedPerSec: number | null;
  label: string;
}

/** The share of the bar that is committed, and that will be in a minute. PURE. */
export function raceShares(bar: Omit<RaceBarProps, 'label'>): { done: number; soon: number } | null {
  const { endOffset, committedOffset } = bar;
  if (endOffset === null || committedOffset === null) return null;
  const low = Math.min(bar.lowOffset ?? 0, committedOffset);
  const length = endOffset - low;
  if (length <= 0) return { done: 1, soon: 1 };
  const done = Math.min(1, Math.max(0, (committedOffset - low) / length));
  const soon = Math.min(1, done + ((bar.committedPerSec ?? 0) * 60) / length);
  return { done, soon };
}

export function RaceBar(props: RaceBarProps) {
  const shares = raceShares(props);
  if (shares === null) {
    return (
      <span
        className="block h-2 rounded-[1px] hatched"
        title={props.label}
        aria-label={props.label}
        role="img"
      />
    );
  }
  const lag = (props.endOffset ?? 0) - (props.committedOffset ?? 0);
  return (
    <span
      role="img"
      aria-label={props.label}
      title={`${props.label} · ${formatCount(lag)}`}
      className="relative block h-2 overflow-hidden rounded-[1px] bg-active"
    >
      <span className="absolute inset-y-0 left-0 bg-accent/15" style={{ width: `${shares.soon * 100}%` }} />
      <span className="absolute inset-y-0 left-0 bg-accent/35" style={{ width: `${shares.done * 100}%` }} />
      <span
        className="absolute inset-y-0 w-0.5 bg-accent"
        style={{ left: `calc(${shares.done * 100}% - ${shares.done >= 1 ? 2 : 1}px)` }}
      />
    </span>
  );
}
