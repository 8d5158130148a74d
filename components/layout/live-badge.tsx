'use client';

/** How fresh the screen is: "live · 3 s ago", and the button that holds it still. Honest about a lost connection. */
import { Pause, Play } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useLive } from '../data/live-provider';
import { useOverviewAge } from '../data/overview-age';
import { useOverview } from '../data/use-overview';
import { formatAge } from '../format/duration';
import { Button } from '../ui/button';
import { StatusMark, toneText, type Tone } from '../ui/status';
import { cn } from '../ui/cn';
import { useClusterId } from './session-context';

type LiveWord = 'live' | 'paused' | 'stale' | 'unreachable' | 'reconnecting' | 'waiting';

const tones: Record<LiveWord, Tone> = {
  live: 'ok',
  paused: 'idle',
  stale: 'warn',
  unreachable: 'bad',
  reconnecting: 'warn',
  waiting: 'unknown',
};

function useLiveWord(): { word: LiveWord; ageMs: number | null } {
  const { state } = useLive();
  const overview = useOverview(useClusterId()).data;
  const ageMs = useOverviewAge(overview);
  if (overview === undefined || ageMs === null) return { word: 'waiting', ageMs: null };
  const old = overview.stale || ageMs > overview.intervalMs * 2.5;
  const word: LiveWord = state.paused
    ? 'paused'
    : overview.status === 'unreachable'
      ? 'unreachable'
      : state.connection === 'lost'
        ? 'reconnecting'
        : old
          ? 'stale'
          : 'live';
  return { word, ageMs };
}

export function LiveBadge() {
  const t = useTranslations('live');
  const locale = useLocale();
  const { state, setPaused } = useLive();
  const { word, ageMs } = useLiveWord();
  const tone = tones[word];
  return (
    <div className="flex items-center">
      <span title={t(`${word}Help`)} className="flex items-center gap-1.5 px-1.5 text-xs">
        <StatusMark tone={tone} className="size-2.5" />
        <span className={cn('max-sm:sr-only', tone === 'ok' ? 'text-soft' : toneText[tone])}>{t(word)}</span>
        {ageMs === null ? null : (
          <span className="min-w-[4.5rem] text-dim tnum max-sm:min-w-8">
            <span aria-hidden className="max-sm:hidden">
              ·{' '}
            </span>
            {formatAge(ageMs, locale)}
            <span className="max-sm:hidden">{t('ago')}</span>
          </span>
        )}
      </span>
      <Button
        tone="ghost"
        size="icon-sm"
        aria-pressed={state.paused}
        aria-label={t(state.paused ? 'resume' : 'pause')}
        title={t(state.paused ? 'resume' : 'pause')}
        onClick={() => setPaused(!state.paused)}
      >
        {state.paused ? (
          <Play aria-hidden className="size-3.5" />
        ) : (
          <Pause aria-hidden className="size-3.5" />
        )}
      </Button>
    </div>
  );
}
