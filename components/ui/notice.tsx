/**
 * A line across the sheet that says what is not as it should be: since when, what it means, what to do.
 * Shape, word and colour; `role="status"` so that it is heard when it appears.
 */
import type { ReactNode } from 'react';
import { cn } from './cn';
import { StatusMark, type Tone } from './status';

const wash: Record<Tone, string> = {
  ok: 'bg-ok-wash border-ok-line',
  warn: 'bg-warn-wash border-warn-line',
  bad: 'bg-bad-wash border-bad-line',
  idle: 'bg-idle-wash border-idle-line',
  unknown: 'bg-idle-wash border-idle-line',
};

interface NoticeProps {
  tone: Tone;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** Spans the whole sheet instead of standing inside a form. */
  banner?: boolean | undefined;
  alert?: boolean | undefined;
}

export function Notice({ tone, title, children, action, banner, alert }: NoticeProps) {
  return (
    <div
      role={alert === true ? 'alert' : 'status'}
      className={cn(
        'flex items-start gap-2.5 text-sm text-ink',
        banner === true ? 'sheet-x border-b py-2' : 'rounded-sm border px-3 py-2',
        wash[tone],
      )}
    >
      <StatusMark tone={tone} className="mt-1" />
      <p className="min-w-0 flex-1 break-words">
        <span className="font-medium">{title}</span>
        {children === undefined ? null : <span className="text-soft"> {children}</span>}
      </p>
      {action}
    </div>
  );
}
