'use client';

/** What stands around a chart: its figure, its heading with the unit, and the words in place of lines. */
import type { ReactNode, Ref } from 'react';
import { useTranslations } from 'next-intl';
import { Button } from '../ui/button';
import { StatusMark } from '../ui/status';

interface ChartFrameProps {
  label: string;
  place?: Ref<HTMLElement>;
  children: ReactNode;
}

export function ChartFrame({ label, place, children }: ChartFrameProps) {
  return (
    <figure ref={place} aria-label={label} className="min-w-0 px-4 pt-3 pb-3 md:px-6">
      {children}
    </figure>
  );
}

interface ChartHeadProps {
  title: string;
  heading?: 'h2' | 'h3' | undefined;
  unit: string;
  shown: number;
  total: number;
  action?: ReactNode;
}

export function ChartHead({ title, heading: Heading = 'h2', unit, shown, total, action }: ChartHeadProps) {
  const t = useTranslations('chart');
  return (
    <figcaption className="mb-2 flex h-5 items-baseline gap-2">
      <Heading className="text-sm font-medium text-ink">{title}</Heading>
      <span className="text-xs text-dim">{unit}</span>
      <span className="ml-auto flex items-center gap-2 self-center text-xs text-dim tnum">
        {shown > 0 && total > shown ? t('largestOf', { shown, total }) : null}
        {action}
      </span>
    </figcaption>
  );
}

interface ChartMessageProps {
  state: 'loading' | 'error' | 'ready';
  empty?: string | undefined;
  onRetry?: (() => void) | undefined;
}

const RULES = [8, 54, 100, 146, 191] as const;

export function ChartMessage({ state, empty, onRetry }: ChartMessageProps) {
  const t = useTranslations('chart');
  return (
    <div className="absolute inset-0" aria-busy={state === 'loading'}>
      <div aria-hidden className={state === 'loading' ? 'animate-[breathe_1.6s_ease-in-out_infinite]' : ''}>
        {RULES.map((top) => (
          <span
            key={top}
            style={{ top }}
            className={
              state === 'loading'
                ? 'absolute right-2 left-[54px] h-px bg-line-strong'
                : 'absolute right-2 left-[54px] h-px bg-[var(--grid-line)]'
            }
          />
        ))}
      </div>
      {state === 'loading' ? (
        <span className="sr-only">{t('loading')}</span>
      ) : (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-2 pb-6 text-center">
          <p className="flex max-w-[40ch] items-center gap-2 bg-canvas px-3 text-sm text-dim">
            {state === 'error' ? <StatusMark tone="bad" /> : null}
            {state === 'error' ? t('error') : (empty ?? t('empty'))}
          </p>
          {state === 'error' && onRetry !== undefined ? (
            <Button size="sm" onClick={onRetry}>
              {t('tryAgain')}
            </Button>
          ) : null}
        </div>
      )}
    </div>
  );
}
