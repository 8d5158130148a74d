'use client';

/**
 * What arrives, the newest first. It stands still while somebody reads further down, has one open, or paused it; how many wait is
 * said, and one click shows them. It ends when it leaves the page.
 */
import type { ReactNode, RefObject } from 'react';
import { ArrowUp, Eraser, Pause, Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Message } from '../../console/contracts/messages';
import type { ApiProblem } from '../data/api-client';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Notice } from '../ui/notice';
import { Status, type Tone } from '../ui/status';
import { messageKey } from './message-columns';
import { TAIL_KEPT_MAX, type TailConnection, type TailState } from './tail-state';

const tones: Record<TailConnection, Tone> = { connecting: 'idle', open: 'ok', lost: 'warn' };

export function LiveSentence({ state }: { state: TailState }) {
  const t = useTranslations('messages');
  const { arrived, looked, leftOut } = state;
  return (
    <p>
      {t('liveCounts', { arrived, looked })} {leftOut === 0 ? null : t('liveLeftOut', { count: leftOut })}
    </p>
  );
}

interface LiveMessagesProps {
  state: TailState;
  /** It was refused, and is over. */
  problem: ApiProblem | null;
  columns: readonly Column<Message>[];
  list: RefObject<HTMLDivElement | null>;
  isPaused: boolean;
  onPause: (isPaused: boolean) => void;
  onClear: () => void;
  onAgain: () => void;
  onOpen: (message: Message) => void;
  /** Back to the beginning of the list, and on. */
  onShowWaiting: () => void;
  save: ReactNode;
}

function LiveBar(props: LiveMessagesProps) {
  const t = useTranslations('messages');
  const { state, isPaused, onPause, onClear } = props;
  const Icon = isPaused ? Play : Pause;
  return (
    <div className="sheet-x flex min-h-12 flex-wrap items-center gap-2 border-t border-line py-2">
      <Status tone={state.isHeld ? 'idle' : tones[state.connection]}>
        {state.isHeld && state.connection === 'open' ? t('held') : t(`connections.${state.connection}`)}
      </Status>
      <div className="ml-auto flex flex-wrap items-center gap-2">
        <Button size="sm" onClick={() => onPause(!isPaused)}>
          <Icon aria-hidden className="size-3.5" />
          {t(isPaused ? 'goOn' : 'pause')}
        </Button>
        <Button size="sm" onClick={onClear} disabled={state.arrived === 0}>
          <Eraser aria-hidden className="size-3.5" />
          {t('clear')}
        </Button>
        {props.save}
      </div>
    </div>
  );
}

export function LiveMessages(props: LiveMessagesProps) {
  const t = useTranslations('messages');
  const { state, problem, columns, list, onOpen, onShowWaiting } = props;
  if (problem !== null && problem.problem.errors === undefined) {
    return <ErrorState title={t('failed')} error={problem} onRetry={props.onAgain} />;
  }
  if (problem !== null) return <EmptyState title={t('cannotAsk')}>{t('cannotAskMeaning')}</EmptyState>;
  return (
    <>
      <LiveBar {...props} />
      {state.gaps === 0 ? null : (
        <Notice banner tone="warn" title={t('gaps', { count: state.gaps })}>
          {t('gapsMeaning')}
        </Notice>
      )}
      {state.unanswered.length === 0 ? null : (
        <Notice banner tone="warn" title={t('unanswered', { count: state.unanswered.length })} />
      )}
      <div ref={list} className="relative">
        {state.waiting.length === 0 ? null : (
          <div className="pointer-events-none sticky top-22 z-30 flex h-0 justify-center">
            <button
              type="button"
              onClick={onShowWaiting}
              className="pointer-events-auto inline-flex h-8 items-center gap-1.5 rounded-full border border-accent-line bg-raised px-3 text-xs font-medium text-accent tnum shadow-float"
            >
              <ArrowUp aria-hidden className="size-3.5" />
              {t('waiting', {
                count: state.waiting.length,
                shown: `${formatCount(state.waiting.length)}${state.waiting.length >= TAIL_KEPT_MAX ? '+' : ''}`,
              })}
            </button>
          </div>
        )}
        <DataTable
          label={t('title')}
          rows={state.shown}
          columns={columns}
          keyOf={messageKey}
          onOpen={onOpen}
          empty={
            <EmptyState title={t('nothingYet')}>
              {t(state.looked === 0 ? 'nothingYetMeaning' : 'nothingPassed')}
            </EmptyState>
          }
        />
      </div>
    </>
  );
}
