/**
 * Which topics are marked for a change of many. It lies outside of React's state, so that marking one draws its box and the bar, and
 * not ten thousand rows.
 */
import { useSyncExternalStore } from 'react';

type Listener = () => void;

export class TopicSelection {
  #marked: ReadonlySet<string> = new Set();
  readonly #listeners = new Set<Listener>();

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another set after each change. */
  readonly marked = (): ReadonlySet<string> => this.#marked;

  toggle(topic: string): void {
    const next = new Set(this.#marked);
    if (!next.delete(topic)) next.add(topic);
    this.#put(next);
  }

  add(topics: Iterable<string>): void {
    this.#put(new Set([...this.#marked, ...topics]));
  }

  clear(): void {
    this.#put(new Set());
  }

  /** Those that are gone, or hidden now, are no longer meant. */
  keepOnly(topics: ReadonlySet<string>): void {
    if ([...this.#marked].every((topic) => topics.has(topic))) return;
    this.#put(new Set([...this.#marked].filter((topic) => topics.has(topic))));
  }

  #put(next: ReadonlySet<string>): void {
    this.#marked = next;
    for (const listener of this.#listeners) listener();
  }
}

const nothing: ReadonlySet<string> = new Set();
const onServer = (): ReadonlySet<string> => nothing;

export function useMarked(selection: TopicSelection): ReadonlySet<string> {
  return useSyncExternalStore(selection.subscribe, selection.marked, onServer);
}

export function useIsMarked(selection: TopicSelection, topic: string): boolean {
  return useSyncExternalStore(
    selection.subscribe,
    () => selection.marked().has(topic),
    () => false,
  );
}
