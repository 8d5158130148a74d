'use client';

/**
 * One record, opened: where and when, headers, key and value. Its place is in the address, so that a link opens it whether or not it
 * is among those that are listed. What a list cut is got whole, as far as the API gives it, when somebody asks.
 */
import { useMemo, useState, type KeyboardEvent } from 'react';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { Message } from '../../console/contracts/messages';
import { useMessageAt } from '../data/use-messages';
import { zoneOf } from '../format/duration';
import { formatCount, quantityText } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { Drawer } from '../ui/drawer';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Notice } from '../ui/notice';
import { Skeleton } from '../ui/skeleton';
import { exactTime, isoTime, keyOf, valueOf } from './message-part';
import { HeadersSection, PartSection, ViewChoice } from './message-parts';
import { placeText, type Place } from './message-search';
import { usePartView } from './use-part-view';

interface MessageDrawerProps {
  topic: string;
  /** Null while nothing is open. */
  place: Place | null;
  /** Those in the list, in its order. */
  listed: readonly Message[];
  onMove: (place: Place | null) => void;
}

export function MessageDrawer({ topic, place, listed, onMove }: MessageDrawerProps) {
  const t = useTranslations('messages');
  const index =
    place === null
      ? -1
      : listed.findIndex((each) => each.partition === place.partition && each.offset === place.offset);
  const [before, after] = index < 0 ? [undefined, undefined] : [listed[index - 1], listed[index + 1]];
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.key === 'k' ? before : event.key === 'j' ? after : undefined;
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onMove(target);
  };
  const step = (target: Message | undefined, label: string, key: string, Icon: typeof ChevronUp) => (
    <Button
      tone="ghost"
      size="icon-sm"
      aria-label={label}
      aria-keyshortcuts={key}
      title={`${label} (${key})`}
      disabled={target === undefined}
      onClick={() => onMove(target ?? null)}
    >
      <Icon aria-hidden className="size-4" />
    </Button>
  );
  return (
    <Drawer
      open={place !== null}
      onOpenChange={(open) => {
        if (!open) onMove(null);
      }}
      title={
        place === null
          ? null
          : t('messageAt', { partition: place.partition, offset: formatCount(place.offset) })
      }
      actions={
        <>
          {step(before, t('rowAbove'), 'k', ChevronUp)}
          {step(after, t('rowBelow'), 'j', ChevronDown)}
        </>
      }
      onKeyDown={onKeyDown}
    >
      {place === null ? null : (
        <Opened key={placeText(place)} topic={topic} place={place} listed={listed[index]} />
      )}
    </Drawer>
  );
}

interface OpenedProps {
  topic: string;
  place: Place;
  listed: Message | undefined;
}

function Opened({ topic, place, listed }: OpenedProps) {
  const t = useTranslations('messages');
  // A live list goes on below: what was opened stays open.
  const [first] = useState(listed);
  const known = listed ?? first;
  const [isWhole, setWhole] = useState(false);
  const answer = useMessageAt(useClusterId(), topic, known === undefined || isWhole ? place : null);
  const message = answer.data ?? known;
  if (message === undefined && answer.data === null) {
    return <EmptyState title={t('gone')}>{t('goneMeaning')}</EmptyState>;
  }
  if (message === undefined && answer.isError) {
    return <ErrorState title={t('failed')} error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (message === undefined) {
    return (
      <div aria-busy className="flex flex-col gap-3 px-5 py-4">
        <Skeleton className="w-2/3" />
        <Skeleton className="w-1/2" />
        <Skeleton className="h-40 w-full" />
      </div>
    );
  }
  return (
    <>
      <Facts topic={topic} message={message} />
      {message.isCut ? (
        <div className="px-5 pb-3">
          {answer.isError ? (
            <Notice alert tone="bad" title={t('failed')} />
          ) : answer.data === undefined ? (
            <Button size="sm" busy={answer.isFetching} onClick={() => setWhole(true)}>
              {t('getWhole')}
            </Button>
          ) : (
            <p className="text-xs text-dim">{t('stillCut')}</p>
          )}
        </div>
      ) : null}
      <Contents topic={topic} message={message} />
    </>
  );
}

function Contents({ topic, message }: { topic: string; message: Message }) {
  const t = useTranslations('messages');
  const [view, setView] = usePartView();
  const key = useMemo(() => keyOf(message), [message]);
  const value = useMemo(() => valueOf(message), [message]);
  const name = `${topic}-${placeText(message)}`;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-5 py-2.5">
        <ViewChoice view={view} onChoose={setView} />
        <div className="ml-auto">
          <CopyButton text={JSON.stringify(message, null, 2)} label={t('copyMessage')} />
        </div>
      </div>
      <PartSection of="key" part={key} asked={view} fileName={`${name}-key.bin`} />
      <PartSection of="value" part={value} asked={view} fileName={`${name}-value.bin`} />
      <HeadersSection headers={message.headers} />
    </>
  );
}

function Facts({ topic, message }: { topic: string; message: Message }) {
  const t = useTranslations('messages');
  const locale = useLocale();
  const { timestamp } = message;
  const iso = isoTime(timestamp);
  const time =
    timestamp === null ? (
      t('noTime')
    ) : iso === null ? (
      String(timestamp)
    ) : (
      <time dateTime={iso}>
        {exactTime(timestamp)} {zoneOf(timestamp)}
      </time>
    );
  const rows = [
    [t('topic'), <bdi key="topic">{topic}</bdi>],
    [t('time'), time],
    [t('partition'), message.partition],
    [t('offset'), formatCount(message.offset)],
    [t('size'), quantityText('bytes', message.sizeBytes, locale)],
  ] as const;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 px-5 py-3 text-sm">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-dim">{label}</dt>
          <dd className="min-w-0 break-words text-ink tnum">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
