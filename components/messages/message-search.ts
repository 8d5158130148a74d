/**
 * What one looks for in a topic, between its three forms: the address of the page (a link shows what one sees), the fields of the
 * form, and the question to the API. PURE. What an address holds besides is left out, never an error; what somebody types is.
 */
import { messagesLimitDefault, messagesLimitMax } from '../../console/contracts/limits.ts';

export const searchKinds = ['newest', 'oldest', 'offset', 'time', 'live'] as const;
export type SearchKind = (typeof searchKinds)[number];
export const usualLimits = [20, 50, 100, 200, 500, 1_000] as const;
export const filterLengthMax = 1_000;
const latestMs = 8_640_000_000_000_000;

export interface MessageSearch {
  readonly kind: SearchKind;
  /** Of `offset`; 0 else. */
  readonly offset: number;
  /** Of `time`; 0 else. */
  readonly timeMs: number;
  /** Null is all of them. */
  readonly partition: number | null;
  readonly limit: number;
  readonly filter: string;
  /** Leaves out what was aborted, and what is not committed yet. */
  readonly committed: boolean;
}

function wholeNumber(text: string | null, max: number): number | null {
  const value = text !== null && /^\d{1,16}$/.test(text.trim()) ? Number(text) : NaN;
  return value <= max ? value : null;
}

function fromOf(text: string | null): Pick<MessageSearch, 'kind' | 'offset' | 'timeMs'> {
  const nowhere = { offset: 0, timeMs: 0 };
  const offset = wholeNumber(/^offset:(.*)$/.exec(text ?? '')?.[1] ?? null, Number.MAX_SAFE_INTEGER);
  if (offset !== null) return { ...nowhere, kind: 'offset', offset };
  const time = /^time:(.+)$/.exec(text ?? '')?.[1] ?? '';
  const timeMs = /^\d{1,16}$/.test(time) ? Number(time) : Date.parse(time);
  if (timeMs >= 0 && timeMs <= latestMs) return { ...nowhere, kind: 'time', timeMs };
  const plain = (['oldest', 'live'] as const).find((kind) => kind === text);
  return { ...nowhere, kind: plain ?? 'newest' };
}

export function searchOfAddress(address: { get(name: string): string | null }): MessageSearch {
  const limit = wholeNumber(address.get('limit'), Number.MAX_SAFE_INTEGER) ?? messagesLimitDefault;
  return {
    ...fromOf(address.get('from')),
    partition: wholeNumber(address.get('partition'), 2_147_483_647),
    limit: Math.min(messagesLimitMax, Math.max(1, limit)),
    filter: (address.get('filter') ?? '').slice(0, filterLengthMax),
    committed: address.get('committed') === 'yes',
  };
}

/** `from` as the address and the API have it. */
function fromText({ kind, offset, timeMs }: MessageSearch): string {
  if (kind === 'offset') return `offset:${String(offset)}`;
  return kind === 'time' ? `time:${String(timeMs)}` : kind;
}

/** Changes to the address: what is as usual is left out of it. */
export function addressOf(search: MessageSearch): Record<string, string | null> {
  return {
    from: search.kind === 'newest' ? null : fromText(search),
    partition: search.partition === null ? null : String(search.partition),
    limit: search.limit === messagesLimitDefault ? null : String(search.limit),
    filter: search.filter === '' ? null : search.filter,
    committed: search.committed ? 'yes' : null,
  };
}

export type MessageQuestion = Readonly<Record<string, string | number | undefined>>;

/** What the API is asked; the stream knows neither `from` nor `limit`. */
export function questionOf(search: MessageSearch): MessageQuestion {
  return {
    ...(search.kind === 'live' ? {} : { from: fromText(search), limit: search.limit }),
    partition: search.partition ?? undefined,
    filter: search.filter === '' ? undefined : search.filter,
    isolation: search.committed ? 'read_committed' : undefined,
  };
}

/** The form: texts as they are typed. */
export interface SearchDraft {
  readonly kind: SearchKind;
  readonly offset: string;
  /** Local time, as a `datetime-local` field has it. */
  readonly time: string;
  readonly partition: string;
  readonly limit: string;
  readonly filter: string;
  readonly committed: boolean;
}

/** "2026-11-21T10:02:07" in local time. */
function localTime(atMs: number): string {
  const date = new Date(atMs);
  const local = new Date(atMs - date.getTimezoneOffset() * 60_000);
  return Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(0, 19);
}

export function draftOf(search: MessageSearch): SearchDraft {
  return {
    kind: search.kind,
    offset: search.kind === 'offset' ? String(search.offset) : '',
    time: search.kind === 'time' ? localTime(search.timeMs) : '',
    partition: search.partition === null ? '' : String(search.partition),
    limit: String(search.limit),
    filter: search.filter,
    committed: search.committed,
  };
}

export type DraftProblem = 'offset' | 'time' | 'partition';

export type ReadDraft =
  | { readonly search: MessageSearch; readonly problem: null }
  | { readonly search: null; readonly problem: DraftProblem };

/** @param partitions how many there are; null while that is not known */
export function searchOfDraft(draft: SearchDraft, partitions: number | null): ReadDraft {
  const { kind } = draft;
  const offset = kind === 'offset' ? wholeNumber(draft.offset, Number.MAX_SAFE_INTEGER) : 0;
  if (offset === null) return { search: null, problem: 'offset' };
  const timeMs = kind === 'time' ? new Date(draft.time).getTime() : 0;
  if (!(timeMs >= 0 && timeMs <= latestMs)) return { search: null, problem: 'time' };
  const all = draft.partition.trim() === '';
  const partition = all ? null : wholeNumber(draft.partition, (partitions ?? 2_147_483_648) - 1);
  if (!all && partition === null) return { search: null, problem: 'partition' };
  const limit = wholeNumber(draft.limit, messagesLimitMax) ?? messagesLimitDefault;
  const { filter, committed } = draft;
  return {
    search: { kind, offset, timeMs, partition, limit: Math.max(1, limit), filter: filter.trim(), committed },
    problem: null,
  };
}

/** Where one record is, as the address names it: "3-1042". */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export const placeText = ({ partition, offset }: Place): string => `${String(partition)}-${String(offset)}`;

export function placeOf(text: string): Place | null {
  const [, partition, offset] = /^(\d{1,10})-(\d{1,16})$/.exec(text) ?? [];
  return partition === undefined || offset === undefined || !Number.isSafeInteger(Number(offset))
    ? null
    : { partition: Number(partition), offset: Number(offset) };
}

/** "at character 7: a value is missing" in its two parts; null where the refusal names no place. */
export function filterPlace(
  words: string | undefined,
  filter: string,
): { readonly position: number; readonly near: string; readonly words: string } | null {
  const [, position, rest] = /^at character (\d+): (.+)$/s.exec(words ?? '') ?? [];
  if (position === undefined || rest === undefined) return null;
  const before = Number(position) - 1;
  return { position: Number(position), near: filter.slice(before, before + 12).trim(), words: rest };
}
