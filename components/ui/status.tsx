/**
 * Status is a shape, a word and a colour, in that order of importance: a disc is well, a triangle wants a look, an
 * octagon is broken, a ring is at rest, a dotted ring is not known. Readable in grey, and by those who see no red.
 */
import type { ReactNode } from 'react';
import { cn } from './cn';

export type Tone = 'ok' | 'warn' | 'bad' | 'idle' | 'unknown';

const markColour: Record<Tone, string> = {
  ok: 'text-ok-mark',
  warn: 'text-warn-mark',
  bad: 'text-bad-mark',
  idle: 'text-idle-mark',
  unknown: 'text-idle-mark',
};

export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  idle: 'text-dim',
  unknown: 'text-dim',
};

function Shape({ tone }: { tone: Tone }) {
  switch (tone) {
    case 'ok':
      return <circle cx="6" cy="6" r="4" fill="currentColor" />;
    case 'warn':
      return <path d="M6 1.2 11.4 10.6H.6Z" fill="currentColor" />;
    case 'bad':
      return <path d="M3.9 1h4.2L11 3.9v4.2L8.1 11H3.9L1 8.1V3.9Z" fill="currentColor" />;
    case 'idle':
      return <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />;
    case 'unknown':
      return (
        <circle
          cx="6"
          cy="6"
          r="3.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray="2 1.66"
        />
      );
  }
}

export function StatusMark({ tone, className }: { tone: Tone; className?: string | undefined }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 12 12"
      className={cn('inline-block size-3 shrink-0', markColour[tone], className)}
    >
      <Shape tone={tone} />
    </svg>
  );
}

interface StatusProps {
  tone: Tone;
  children: ReactNode;
  title?: string | undefined;
  className?: string | undefined;
}

export function Status({ tone, children, title, className }: StatusProps) {
  return (
    <span title={title} className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <StatusMark tone={tone} />
      <span className={tone === 'ok' ? 'text-soft' : toneText[tone]}>{children}</span>
    </span>
  );
}
