/** What the list says of how long a topic keeps records, and of when it was last written to. PURE. */
import type { Topic } from '../../console/contracts/topics';

type Keeping = Pick<Topic, 'retentionMs' | 'retentionBytes' | 'cleanupPolicy'>;

/** A limit of null is none. */
export interface Kept {
  readonly compacted: boolean;
  readonly forMs: number | null;
  readonly bytes: number | null;
}

const limitOf = (value: number | null): number | null => (value === null || value < 0 ? null : value);

/** Null while the settings are not known. Without `delete` in the policy, time and size take nothing away. */
export function keptOf({ retentionMs, retentionBytes, cleanupPolicy }: Keeping): Kept | null {
  if (retentionMs === null && cleanupPolicy === null) return null;
  const policies = (cleanupPolicy ?? 'delete').split(',').map((policy) => policy.trim());
  const deletes = policies.includes('delete');
  return {
    compacted: policies.includes('compact'),
    forMs: deletes ? limitOf(retentionMs) : null,
    bytes: deletes ? limitOf(retentionBytes) : null,
  };
}

/** Longest last: what is kept for ever sorts behind every limit. */
export function keepingOrder(topic: Keeping): number | null {
  const kept = keptOf(topic);
  return kept === null ? null : (kept.forMs ?? Number.MAX_SAFE_INTEGER);
}

/** `seen`: at this moment. `before`: it holds records, but none came since this moment. `none`: it holds none, and none came. */
export type LastWrite = { readonly kind: 'seen' | 'before' | 'none'; readonly atMs: number } | null;

export function lastWriteOf({
  lastWriteAt,
  writesWatchedSince,
  records,
}: Pick<Topic, 'lastWriteAt' | 'writesWatchedSince' | 'records'>): LastWrite {
  if (lastWriteAt !== null) return { kind: 'seen', atMs: Date.parse(lastWriteAt) };
  if (writesWatchedSince === null) return null;
  return { kind: records === 0 ? 'none' : 'before', atMs: Date.parse(writesWatchedSince) };
}

/** Older than any moment that was seen. */
const BEFORE_MS = 1e14;

export function lastWriteOrder(topic: Parameters<typeof lastWriteOf>[0]): number | null {
  const last = lastWriteOf(topic);
  if (last === null) return null;
  if (last.kind === 'seen') return last.atMs;
  return last.atMs - (last.kind === 'before' ? BEFORE_MS : 2 * BEFORE_MS);
}
