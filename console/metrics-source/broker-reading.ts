/**
 * What is read from a broker's metrics port in one request, whatever speaks there. Counters are totals since the broker's
 * start; rates are made of two readings by whoever asks. A value that the source did not have is null.
 */

export interface TrafficCounters {
  readonly messagesIn: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
}

export interface BrokerReading {
  readonly atMs: number;
  readonly total: TrafficCounters;
  /** By topic; a topic without traffic since the broker's start is absent. Null when there are no totals either. */
  readonly topics: ReadonlyMap<string, TrafficCounters> | null;
  /** Load of the process, 0..1 of the whole machine, where the source knows it. */
  readonly cpuLoad: number | null;
  /** CPU seconds since the start of the process, for sources without a load. */
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly underReplicatedPartitions: number | null;
  readonly version: string | null;
}

/** Reads one broker. Rejects with a message for a person when the port does not answer in time or not in this form. */
export type ReadMetrics = (url: string, signal: AbortSignal) => Promise<BrokerReading>;

/** The port answers, but not in this form: another source may understand it. */
export class NotThisSourceError extends Error {
  override readonly name = 'NotThisSourceError';
}

/** Longest answer that is read, so that a wrong address cannot fill the memory. */
export const METRICS_BYTES_MAX = 64 * 1024 * 1024;

/** GET or POST with a bounded answer. */
export async function fetchText(url: string, init: RequestInit, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { ...init, signal, redirect: 'error' });
  if (!response.ok) {
    await response.body?.cancel();
    throw new NotThisSourceError(`${url} answered with status ${String(response.status)}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    length += value.byteLength;
    if (length > METRICS_BYTES_MAX) {
      await reader?.cancel();
      throw new Error(`${url} answered with more than ${String(METRICS_BYTES_MAX)} bytes`);
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}
