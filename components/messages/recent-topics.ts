'use client';

/** Topics that were looked into lately, of each cluster, kept in this browser. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useClusterId } from '../layout/session-context';
import { readRecent, visited } from './recent-names';

const EVENT = 'aquila-recent-topics';
const keyOf = (clusterId: string): string => `aquila-recent-topics ${clusterId}`;

/** A browser that keeps nothing has nothing lately. */
function read(clusterId: string): string {
  try {
    return window.localStorage.getItem(keyOf(clusterId)) ?? '';
  } catch {
    return '';
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(EVENT, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(EVENT, listener);
    window.removeEventListener('storage', listener);
  };
}

export function useRecentTopics(): readonly string[] {
  const clusterId = useClusterId();
  const text = useSyncExternalStore(
    subscribe,
    () => read(clusterId),
    () => '',
  );
  return useMemo(() => readRecent(text), [text]);
}

export function useVisit(topic: string): void {
  const clusterId = useClusterId();
  useEffect(() => {
    const names = visited(readRecent(read(clusterId)), topic);
    try {
      window.localStorage.setItem(keyOf(clusterId), JSON.stringify(names));
    } catch {
      return;
    }
    window.dispatchEvent(new Event(EVENT));
  }, [clusterId, topic]);
}
