/**
 * Looks for records of a topic: the newest, the oldest, from an offset or a time on, of one partition or all, those that pass a
 * filter. One request to the console takes so many bytes and so long at most; what was looked at is told, and where to go on.
 */
import { fetchRecords, type Isolation } from '../../kafka-client/records/fetch-records.ts';
import type { PartitionDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { Messages, MessagesFrom, MessagesQuery, Scanned } from '../contracts/messages.ts';
import { cursorText, parseCursor, type MessageCursor } from '../messages/cursor.ts';
import { matcherOf } from '../messages/filter-match.ts';
import { REQUEST_BYTES, scanRecords, type Scan } from '../messages/scan.ts';
import type { PartitionRange, ScanOrder } from '../messages/scan-plan.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { bytesForEach, shownMessage } from './shown-message.ts';
import { offsetsAt, partitionsToRead, requireFilter, withReading } from './topic-reading.ts';
import { requireCluster } from './watched-clusters.ts';

const SCAN_BYTES_MAX = 64 * 1024 * 1024;
const SCAN_MS_MAX = 5_000;
/** The ranges are known to hold something, so a broker has no reason to wait. */
const FETCH_WAIT_MS = 100;

export interface MessagesRequest {
  readonly clusterId: string;
  readonly topic: string;
  readonly query: MessagesQuery;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

export async function readMessages(
  context: ConsoleContext,
  { clusterId, topic, query, signal }: MessagesRequest,
): Promise<Messages> {
  const cluster = requireCluster(context, clusterId);
  const filter = requireFilter(query.filter);
  const order: ScanOrder = query.from.at === 'newest' ? 'newest-first' : 'oldest-first';
  const cursor = query.cursor === undefined ? null : requireCursor(query.cursor, order);
  return withReading(cluster, signal, async (kafka) => {
    const startedMs = performance.now();
    const partitions = await partitionsToRead(kafka, topic, query.partition);
    const logs = await logsOf(kafka, topic, partitions, query, cursor);
    const scan = await scanRecords(
      logs.ranges,
      { order, limit: query.limit, isFiltered: filter !== null },
      matcherOf(filter),
      (leader, wanted) =>
        fetchRecords(kafka, leader, topic, wanted, {
          isolation: query.isolation,
          maxBytes: REQUEST_BYTES,
          maxWaitMs: FETCH_WAIT_MS,
        }),
      {
        maxBytes: SCAN_BYTES_MAX,
        deadlineMs: performance.now() + SCAN_MS_MAX,
        nowMs: () => performance.now(),
        signal,
      },
    );
    const shown = bytesForEach(query.shownBytes, scan.found.length);
    return {
      items: scan.found.map(({ record, partition }) => shownMessage(record, partition, shown)),
      order,
      scanned: scannedOf(scan, logs, (performance.now() - startedMs) / 1_000),
      nextCursor: nextCursor(scan, logs.ranges, order),
      asOf: context.now().toISOString(),
    };
  });
}

function requireCursor(text: string, order: ScanOrder): MessageCursor {
  const cursor = parseCursor(text);
  if (cursor?.order === order) return cursor;
  const words = 'is not one of this query: take nextCursor of its last answer';
  throw new ConsoleError('invalid', `cursor: ${words}`, { errors: { cursor: words } });
}

interface Logs {
  readonly ranges: readonly PartitionRange[];
  /** Where each log begins and ends. */
  readonly bounds: ReadonlyMap<number, { readonly startOffset: number; readonly endOffset: number }>;
  readonly refused: ReadonlyMap<number, string>;
}

async function logsOf(
  kafka: KafkaCluster,
  topic: string,
  partitions: readonly PartitionDescription[],
  { from, isolation }: MessagesQuery,
  cursor: MessageCursor | null,
): Promise<Logs> {
  const [starts, ends, atTime] = await Promise.all([
    offsetsAt(kafka, topic, partitions, 'earliest'),
    offsetsAt(kafka, topic, partitions, endOf(isolation)),
    from.at === 'time' && cursor === null
      ? offsetsAt(kafka, topic, partitions, { timestampMs: from.timeMs })
      : null,
  ]);
  const refused = new Map([...starts.refused, ...ends.refused, ...(atTime?.refused ?? [])]);
  const ranges: PartitionRange[] = [];
  const bounds = new Map<number, { startOffset: number; endOffset: number }>();
  for (const { partition, leader } of partitions) {
    const [startOffset, endOffset] = [starts.offsets.get(partition), ends.offsets.get(partition)];
    if (refused.has(partition) || leader === null) continue;
    if (typeof startOffset !== 'number' || typeof endOffset !== 'number') {
      refused.set(partition, 'the broker did not tell where its log begins and ends');
      continue;
    }
    bounds.set(partition, { startOffset, endOffset });
    const asked = rangeOf(from, partition, { startOffset, endOffset }, atTime?.offsets ?? null, cursor);
    const clamp = (offset: number): number => Math.min(Math.max(offset, startOffset), endOffset);
    ranges.push({ partition, leader, from: clamp(asked.from), to: clamp(asked.to) });
  }
  return { ranges, bounds, refused };
}

const endOf = (isolation: Isolation): 'latest' | 'lastStable' =>
  isolation === 'read_committed' ? 'lastStable' : 'latest';

function rangeOf(
  from: MessagesFrom,
  partition: number,
  { startOffset, endOffset }: { readonly startOffset: number; readonly endOffset: number },
  atTime: ReadonlyMap<number, number | null> | null,
  cursor: MessageCursor | null,
): { readonly from: number; readonly to: number } {
  const whole = { from: startOffset, to: endOffset };
  if (cursor !== null) {
    const at = cursor.at.get(partition);
    if (at === undefined) return { from: endOffset, to: endOffset };
    return cursor.order === 'newest-first' ? { ...whole, to: at } : { ...whole, from: at };
  }
  if (from.at === 'offset') return { ...whole, from: from.offset };
  // Null: no record is that young.
  if (from.at === 'time') return { ...whole, from: atTime?.get(partition) ?? endOffset };
  return whole;
}

function scannedOf(scan: Scan, { bounds, refused }: Logs, seconds: number): Scanned {
  return {
    partitions: scan.scanned.map(({ partition, from, to }) => ({
      ...{ partition, from, to },
      ...(bounds.get(partition) ?? { startOffset: from, endOffset: to }),
    })),
    records: scan.records,
    bytes: scan.bytes,
    seconds,
    stoppedBy: scan.stoppedBy,
    controlBatches: scan.skipped.control,
    abortedBatches: scan.skipped.aborted,
    unreadable: [...scan.unreadable],
    unanswered: [...[...refused].map(([partition, reason]) => ({ partition, reason })), ...scan.unanswered],
  };
}

function nextCursor(scan: Scan, ranges: readonly PartitionRange[], order: ScanOrder): string | null {
  const at = new Map<number, number>();
  for (const { partition, from, to } of ranges) {
    const offset = scan.resumeAt.get(partition);
    if (offset === undefined) continue;
    if (order === 'oldest-first' ? offset < to : offset > from) at.set(partition, offset);
  }
  return cursorText({ order, at });
}
