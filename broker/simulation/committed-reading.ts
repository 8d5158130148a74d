/**
 * Readers of committed records in a simulated cluster: they leave out what was aborted as Kafka's clients do, by the list
 * that comes with each answer, and hold every record that they are given, or leave out, against what was decided.
 */
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { ControlType, decodeControlType } from '../../protocol/records/control-records.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { type BatchHeader, forEachBatch } from '../../protocol/records/record-batch.ts';
import { hold } from './broken-promise.ts';
import type { SimulatedClient } from './simulated-client.ts';
import type { TransactionLedger } from './transaction-ledger.ts';

const FETCH = { request: fetchRequest, response: fetchResponse };
const FETCH_VERSION = 13;
const READ_COMMITTED = 1;
const MAX_BYTES = 65_536;
const PAUSE_MS = 100;

export interface CommittedReaderOptions {
  readonly client: SimulatedClient;
  readonly ledger: TransactionLedger;
  readonly topics: readonly string[];
  readonly pauseMs: number;
}

interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

interface Position {
  readonly offset: number;
  /** Nothing more may be read for now. */
  readonly isAtEnd: boolean;
}

export class SimulatedCommittedReader {
  readonly #options: CommittedReaderOptions;
  readonly #positions = new Map<string, number>();
  /** Values that it was given since the last pass over everything began. */
  readonly #seen = new Set<string>();
  #stopping = false;
  isDone = false;

  constructor(options: CommittedReaderOptions) {
    this.#options = options;
  }

  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { client, topics, pauseMs } = this.#options;
    while (!this.#stopping) {
      await client.pause(client.below(pauseMs));
      const topic = topics[client.below(topics.length)] ?? '';
      const known = client.topic(topic);
      if (known === undefined || client.below(8) === 0) {
        await client.refresh(topic);
        continue;
      }
      const partition = client.below(known.partitions.size);
      const key = `${topic}-${String(partition)}`;
      const read = await this.#read(topic, partition, this.#positions.get(key) ?? 0);
      // From the start again, once in a while: what was read must not change.
      if (read !== null) this.#positions.set(key, client.below(10) === 0 ? 0 : read.offset);
    }
    this.isDone = true;
  }

  /** Reads every partition from its beginning to its end. */
  async finish(): Promise<void> {
    const { client, topics } = this.#options;
    this.isDone = false;
    this.#seen.clear();
    for (const topic of topics) {
      const count = (await client.refresh(topic))?.partitions.size ?? 0;
      for (let partition = 0; partition < count; partition++) {
        let at: Position = { offset: 0, isAtEnd: false };
        while (!at.isAtEnd) {
          const read = await this.#read(topic, partition, at.offset);
          if (read === null) await client.pause(PAUSE_MS);
          else at = read;
        }
      }
    }
    this.isDone = true;
  }

  /** Null when there was no answer. */
  async #read(topic: string, partition: number, offset: number): Promise<Position | null> {
    const { client, ledger } = this.#options;
    const known = client.topic(topic);
    const { leader = -1, replicas = [] } = known?.partitions.get(partition) ?? {};
    const topicId = known?.topicId ?? '';
    const from = client.below(3) === 0 ? (replicas[client.below(replicas.length)] ?? leader) : leader;
    const answer = await client.call(from, FETCH, FETCH_VERSION, {
      ...{ clusterId: null, replicaId: -1, maxWaitMs: 100, minBytes: 1, maxBytes: MAX_BYTES },
      ...{ isolationLevel: READ_COMMITTED, sessionId: 0, sessionEpoch: -1 },
      topics: [
        {
          topicId,
          partitions: [{ partition, fetchOffset: BigInt(offset), partitionMaxBytes: MAX_BYTES }],
        },
      ],
      forgottenTopicsData: [],
      rackId: from === leader ? '' : 'any',
    });
    const result = answer?.responses[0]?.partitions[0];
    if (result === undefined || result.errorCode !== 0) {
      await client.refresh(topic);
      return null;
    }
    const { records, abortedTransactions, lastStableOffset, highWatermark } = result;
    const log = ledger.logOf(topicId, partition);
    let end = offset;
    for (const { header, values, isAborted } of committedBatches(records, abortedTransactions ?? [])) {
      hold(log.isExcused || header.lastOffset < Number(lastStableOffset), () => {
        return `${client.name} was given offset ${String(header.lastOffset)} of ${log.name}, the last stable one is ${String(lastStableOffset)}`;
      });
      end = header.lastOffset + 1;
      if (header.isControl) continue;
      for (const value of values) {
        if (header.isTransactional) ledger.read(log, header.producerId, header.baseOffset, value, isAborted);
        if (!isAborted) this.#seen.add(value);
      }
    }
    // Where the coordinators have lost what they knew, what was open stays so, and nothing behind it is given.
    const mayEndEarly = log.isExcused || ledger.isExcused;
    return { offset: end, isAtEnd: end >= Number(highWatermark) || (mayEndEarly && end === offset) };
  }
}

/** As Kafka's CompletedFetch tells what was aborted. */
function* committedBatches(
  records: Buffer | null,
  aborted: readonly AbortedTransaction[],
): Generator<{
  readonly header: BatchHeader;
  readonly values: readonly string[];
  readonly isAborted: boolean;
}> {
  if (records === null) return;
  const coming = [...aborted].sort((one, other) => Number(one.firstOffset - other.firstOffset));
  const open = new Set<number>();
  const headers: BatchHeader[] = [];
  forEachBatch(records, (header) => void headers.push(header));
  for (const header of headers) {
    const { producerId, isControl, isTransactional } = header;
    while (coming[0] !== undefined && Number(coming[0].firstOffset) <= header.lastOffset)
      open.add(Number(coming.shift()?.producerId));
    const decoded = [...decodeRecords(records, header)];
    const key = decoded[0]?.key;
    if (isControl && key && decodeControlType(key) === ControlType.abort) open.delete(producerId);
    const values = decoded.map(({ value }) => String(value));
    yield { header, values, isAborted: isTransactional && !isControl && open.has(producerId) };
  }
}
