'use client';

/**
 * Moments and ages. The server does not know the reader's time zone or clock, so both are filled in on the client
 * in a place whose width is kept. The exact time with its zone is on hover; the machine-readable one is in `dateTime`.
 */
import { useSyncExternalStore } from 'react';
import { useLocale } from 'next-intl';
import { formatAge, formatDuration, formatMoment, zoneOf } from '../format/duration';

type Listener = () => void;
const listeners = new Set<Listener>();
let timer: ReturnType<typeof setInterval> | null = null;
let secondNow = 0;

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    secondNow = Math.floor(Date.now() / 1000) * 1000;
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

function currentSecond(): number {
  if (secondNow === 0 || timer === null) secondNow = Math.floor(Date.now() / 1000) * 1000;
  return secondNow;
}

/** Epoch milliseconds, moving once a second; 0 on the server. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, currentSecond, () => 0);
}

const noSubscription = (): (() => void) => () => undefined;

/** False on the server and during hydration, true afterwards. */
export function useOnClient(): boolean {
  return useSyncExternalStore(
    noSubscription,
    () => true,
    () => false,
  );
}

export function Moment({ at, seconds = true }: { at: string; seconds?: boolean }) {
  const locale = useLocale();
  const onClient = useOnClient();
  const atMs = Date.parse(at);
  return (
    <time
      dateTime={at}
      title={onClient ? `${formatMoment(atMs, locale)} ${zoneOf(atMs)}` : undefined}
      className="whitespace-nowrap tnum"
    >
      {onClient ? formatMoment(atMs, locale, seconds) : at.slice(5, 19).replace('T', ' ')}
    </time>
  );
}

/** How long ago, ticking: "12 min". */
export function Age({ at, long = false }: { at: string; long?: boolean }) {
  const locale = useLocale();
  const now = useNow();
  const atMs = Date.parse(at);
  const age = now === 0 ? 0 : now - atMs;
  return (
    <time
      dateTime={at}
      title={now === 0 ? undefined : `${formatMoment(atMs, locale)} ${zoneOf(atMs)}`}
      className="whitespace-nowrap tnum"
    >
      {now === 0 ? '…' : long ? formatDuration(age, locale) : formatAge(age, locale)}
    </time>
  );
}
