/**
 * Fetch 0-3, whose readers know message sets only: what is stored is converted, and what becomes nothing is read past.
 *
 * Markers of transactions have no place in a message set, and neither has what compaction has left empty. A reader goes on behind the
 * last message that it got, so an answer without one would bring it back to the same place at once, and what lies behind
 * would never come. Apache Kafka up to 3.9 sends a message that is cut off (LazyDownConversionRecords), on which readers ask for more bytes
 * again and again or give up. Here the fetch goes on behind, and at the end of the log it waits like one that found nothing.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { LegacyMagic } from '../../protocol/records/legacy-message.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import type {
  FetchAnswer,
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
} from '../replication/replica-requests.ts';
import type { BrokerServices } from './broker-services.ts';
import { beforeZstd } from './readable-records.ts';

/** How often one request may go on behind what became nothing. */
const MAX_SKIPS = 1_000;

type Services = Pick<BrokerServices, 'replicaManager' | 'metrics' | 'platform'>;

/** As ReplicaManager.fetch, with message sets for records. */
export async function fetchMessageSets(
  parameters: FetchRequestParameters,
  magic: LegacyMagic,
  services: Services,
): Promise<FetchAnswer> {
  const { clock } = services.platform;
  const endMs = clock.monotonicMs() + parameters.maxWaitMs;
  const partitions = [...parameters.partitions];
  const results: FetchPartitionResult[] = [];
  let asked = partitions.map((_partition, index) => index);
  for (let skips = 0; ; skips++) {
    const bytesLeft = parameters.maxBytes - results.reduce((sum, { records }) => sum + records.length, 0);
    const answer = await services.replicaManager.fetch({
      ...parameters,
      partitions: asked.flatMap((index) => partitions[index] ?? []),
      maxBytes: Math.max(bytesLeft, 1),
      maxWaitMs: results.some(isAnswer) ? 0 : Math.max(endMs - clock.monotonicMs(), 0),
    });
    if (answer.errorCode !== 0 || parameters.closed.aborted) return answer;
    const skipped: number[] = [];
    for (const [place, index] of asked.entries()) {
      const [result, partition] = [answer.results[place], partitions[index]];
      if (result === undefined || partition === undefined) continue;
      // One after another, so that at most one conversion's memory is taken at a time.
      const { converted, nextOffset } = await convertedTo(magic, result, partition, services);
      results[index] = converted;
      if (nextOffset === null) continue;
      skipped.push(index);
      partitions[index] = { ...partition, fetchOffset: nextOffset };
    }
    if (skipped.length === 0 || skips === MAX_SKIPS) return { ...answer, results };
    // Whoever has nothing yet waits for all of them; whoever has something, for none.
    asked = results.some(isAnswer) ? skipped : partitions.map((_partition, index) => index);
  }
}

const isAnswer = ({ errorCode, records }: FetchPartitionResult): boolean =>
  errorCode !== 0 || records.length > 0;

interface Converted {
  readonly converted: FetchPartitionResult;
  /** Behind what was stored, where all of it became nothing; else null. */
  readonly nextOffset: number | null;
}

async function convertedTo(
  magic: LegacyMagic,
  result: FetchPartitionResult,
  { fetchOffset }: FetchPartitionRequest,
  { replicaManager, metrics }: Services,
): Promise<Converted> {
  const { topic, errorCode, records } = result;
  if (errorCode !== 0 || records.length === 0) return { converted: result, nextOffset: null };
  const refused = (code: number): Converted => ({
    converted: { ...result, errorCode: code, records: Buffer.alloc(0) },
    nextOffset: null,
  });
  const known = beforeZstd(records);
  if (known.length === 0) return refused(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
  const messages = await replicaManager.toMessageSet(known, magic, fetchOffset);
  if (messages === null) return refused(ErrorCode.CORRUPT_MESSAGE);
  const stored = extentOf(known);
  metrics.fetchConverted(topic, stored.records);
  return {
    converted: { ...result, records: messages },
    nextOffset: messages.length === 0 ? stored.nextOffset : null,
  };
}

function extentOf(batches: Buffer): { records: number; nextOffset: number } {
  let records = 0;
  let nextOffset = 0;
  forEachBatch(batches, ({ recordsCount, lastOffset }) => {
    records += recordsCount;
    nextOffset = lastOffset + 1;
    return true;
  });
  return { records, nextOffset };
}
