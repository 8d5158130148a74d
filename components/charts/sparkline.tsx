/** A number's last hour in the space of a word: no axes, the shape only. Gaps are gaps; the end is marked. */
import { cn } from '../ui/cn';
import type { Point } from './chart-domain';
import { linePath } from './line-path';

interface SparklineProps {
  points: readonly Point[];
  fromMs: number;
  toMs: number;
  colour?: string;
  width?: number;
  height?: number;
  /** The lower edge is zero, so that a level is seen, too; else it is the lowest value. */
  fromZero?: boolean;
  className?: string | undefined;
}

export function Sparkline({
  points,
  fromMs,
  toMs,
  colour = 'var(--n9)',
  width = 96,
  height = 24,
  fromZero = false,
  className,
}: SparklineProps) {
  const known = points.flatMap(([, value]) => (value === null ? [] : [value]));
  if (known.length < 2 || toMs <= fromMs) return <span aria-hidden style={{ height }} className="block" />;
  const low = Math.min(...known, ...(fromZero ? [0] : []));
  const high = Math.max(...known);
  const spread = Math.max(high - low, Math.abs(high) * 0.02, 1e-9);
  const x = (atMs: number): number => 1 + ((atMs - fromMs) / (toMs - fromMs)) * (width - 4);
  const y = (value: number): number =>
    high === low && !fromZero ? height / 2 : 2 + (1 - (value - low) / spread) * (height - 4);
  const last = points.findLast((point) => point[1] !== null);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={cn('block max-w-full overflow-visible', className)}
    >
      <path
        d={linePath(points, { x, y })}
        fill="none"
        stroke={colour}
        strokeWidth="1.25"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      {last === undefined || last[1] === null ? null : (
        <circle cx={x(last[0])} cy={y(last[1])} r="1.75" fill={colour} />
      )}
    </svg>
  );
}
