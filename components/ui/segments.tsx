/** A few choices side by side of which one holds: ranges, percentiles. Scrolls in itself where there is no room. */
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';

interface SegmentsProps {
  label: string;
  className?: string;
  children: ReactNode;
}

export function Segments({ label, className, children }: SegmentsProps) {
  return (
    <div
      role="group"
      aria-label={label}
      className={cn(
        'shaded-ends flex max-w-full items-center gap-px overflow-x-auto rounded-sm border border-line-strong bg-control p-px',
        className,
      )}
    >
      {children}
    </div>
  );
}

interface SegmentProps extends Omit<ComponentProps<'button'>, 'type' | 'aria-pressed'> {
  on: boolean;
  onChoose?: () => void;
}

export function Segment({ on, onChoose, className, ...rest }: SegmentProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onChoose}
      className={cn(
        'flex h-6.5 shrink-0 items-center gap-1.5 rounded-[3px] px-2 text-xs whitespace-nowrap tnum transition-colors duration-[140ms]',
        on ? 'bg-active font-medium text-ink' : 'text-dim hover:bg-hover hover:text-ink',
        className,
      )}
      {...rest}
    />
  );
}
