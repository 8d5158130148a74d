/**
 * What changed, as marks on the time axis of charts: which changes concern a page and a chart of it, and which stand so close together
 * that they share a mark. PURE.
 *
 * A chart is marked with what could explain its lines, and only with that: of a topic what names it and the brokers that hold it, of groups
 * also what became of them. That a group fell behind is no mark among the lag of all groups, which shows it. An entry names the first few of
 * what it is about; that it may be about others says the mark of their broker.
 */
import type { ChangeEntry, ClusterChange } from '../../console/contracts/changes.ts';

export type ChangesAbout =
  | { readonly of: 'cluster' }
  | { readonly of: 'broker'; readonly id: number }
  | { readonly of: 'topic'; readonly name: string; readonly brokers: readonly number[] }
  | { readonly of: 'group'; readonly id: string; readonly topics: readonly string[] };

export const ofWholeCluster: ChangesAbout = { of: 'cluster' };

export interface ChangeMark {
  readonly atMs: number;
  /** Oldest first. */
  readonly entries: readonly ChangeEntry[];
}

/** Marks closer than this could not be told apart. */
const LEAST_APART_PX = 10;
/** More would be a hatching of its own: neighbours share a mark then. */
const MOST_MARKS = 16;

const isOfBroker = (change: ClusterChange, id: number): boolean => {
  if ('brokerId' in change) return change.brokerId === id;
  if (change.kind === 'leaders-moved' || change.kind === 'controller-moved')
    return change.from === id || change.to === id;
  return false;
};

const isOfTopics = (change: ClusterChange, topics: readonly string[]): boolean =>
  'topics' in change && change.topics.some((name) => topics.includes(name));

const isOfAnyBroker = ({ kind }: ClusterChange): boolean =>
  kind === 'broker-lost' || kind === 'broker-back' || kind === 'broker-joined';

/** `showsGroups`: the chart's lines are groups. */
export function concerns(change: ClusterChange, about: ChangesAbout, showsGroups: boolean): boolean {
  // What was not watched is hatched already.
  if (change.kind === 'watch-began') return false;
  if ('groups' in change) {
    if (about.of === 'group') return change.groups.includes(about.id);
    return showsGroups && about.of === 'cluster' && change.kind !== 'groups-status';
  }
  switch (about.of) {
    case 'cluster':
      return true;
    case 'broker':
      return isOfBroker(change, about.id);
    case 'topic':
      if (isOfAnyBroker(change)) return about.brokers.some((id) => isOfBroker(change, id));
      return isOfTopics(change, [about.name]);
    case 'group':
      return isOfAnyBroker(change) || isOfTopics(change, about.topics);
  }
}

/** Changes of a window as marks from left to right, at most MOST_MARKS; each stands at the first of those that share it. */
export function marksIn(
  entries: readonly ChangeEntry[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  widthPx: number,
): ChangeMark[] {
  const apartMs = (Math.max(LEAST_APART_PX, widthPx / MOST_MARKS) / Math.max(1, widthPx)) * (toMs - fromMs);
  const inside = entries
    .map((entry) => ({ entry, atMs: Date.parse(entry.at) }))
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .sort((a, b) => a.atMs - b.atMs);
  const marks: { atMs: number; entries: ChangeEntry[] }[] = [];
  for (const { entry, atMs } of inside) {
    const last = marks.at(-1);
    if (last !== undefined && atMs - last.atMs < apartMs) last.entries.push(entry);
    else marks.push({ atMs, entries: [entry] });
  }
  return marks;
}

/** The mark nearest to a moment, within reach. */
export function markNear(marks: readonly ChangeMark[], atMs: number, reachMs: number): ChangeMark | null {
  let nearest: ChangeMark | null = null;
  let away = reachMs;
  for (const mark of marks) {
    const distance = Math.abs(mark.atMs - atMs);
    if (distance > away) continue;
    nearest = mark;
    away = distance;
  }
  return nearest;
}

/** What to ask for: of the last day so many minutes, which are answered from memory; of what is older a window of whole hours. */
export type ChangesQuestion =
  { readonly sinceMinutes: number } | { readonly from: number; readonly to?: number };

const HOUR_MS = 3_600_000;
const STEPS_MINUTES = [60, 360, 1_440] as const;
/** A window that ends closer to now ends now. */
const NOW_MS = 60_000;

/** In steps, so that pages and ranges share an answer. */
export function changesQuestion(fromMs: number, toMs: number, nowMs: number): ChangesQuestion {
  const minutes = (nowMs - fromMs) / 60_000;
  const sinceMinutes = STEPS_MINUTES.find((each) => each >= minutes);
  if (sinceMinutes !== undefined) return { sinceMinutes };
  const from = Math.floor(fromMs / HOUR_MS) * HOUR_MS;
  return nowMs - toMs < NOW_MS ? { from } : { from, to: Math.ceil(toMs / HOUR_MS) * HOUR_MS };
}

/** Shorter than this share of a window nobody misses marks. */
const LEAST_UNMARKED = 0.02;

/**
 * From when on there are marks, if that is well after the lines begin; else null. `firstMs` is the first moment of the window that has a
 * value, null where none has.
 */
export function marksBegin(
  completeSinceMs: number | null,
  firstMs: number | null,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number | null {
  if (completeSinceMs === null || firstMs === null) return null;
  const unmarkedMs = Math.min(completeSinceMs, toMs) - Math.max(fromMs, firstMs);
  return unmarkedMs > (toMs - fromMs) * LEAST_UNMARKED ? completeSinceMs : null;
}
