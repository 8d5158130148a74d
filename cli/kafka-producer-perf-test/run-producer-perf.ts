/**
 * `kafka-producer-perf-test`: writes records as quickly as it can or is told to, and prints how quickly they were taken, with the lines
 * of the tool of Apache Kafka 4.3.1. What cannot be written is told on standard error and not counted.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { RecordProducer } from '../../kafka-client/producer/record-producer.ts';
import { TransactionSession } from '../../kafka-client/producer/transaction-session.ts';
import { CommandError } from '../command-error.ts';
import { positiveInteger } from '../kafka-tool/client-properties.ts';
import { metricLines } from '../kafka-tool/metric-lines.ts';
import { openCluster } from '../kafka-tool/open-cluster.ts';
import { producerSettings } from '../kafka-tool/producer-settings.ts';
import { runTool } from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import type { KafkaFlags } from '../options/kafka-flags.ts';
import { LatencyFigures } from './latency-figures.ts';
import { payloads } from './payloads.ts';
import { PERF_FLAGS, readPerfOptions, type PerfOptions } from './perf-options.ts';
import { waitMsFor } from './throttle.ts';

const CLIENT_ID = 'perf-producer-client';
const DEFAULT_TRANSACTION_TIMEOUT_MS = 60_000;
const PURPOSE =
  'This tool is used to verify the producer performance. With --transactional-id or --transaction-duration-ms it writes in transactions.';

export const runProducerPerf: KafkaTool = (argv, surroundings) =>
  runTool(
    argv.map((word) => (word === '-h' ? '--help' : word)),
    surroundings,
    {
      ...{ flags: PERF_FLAGS, purpose: PURPOSE, withoutArguments: PURPOSE },
      work: (flags) => work(flags, surroundings),
    },
  );

async function work(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { readText, defaultBootstrap, print } = surroundings;
  const options = readPerfOptions(flags, readText, print);
  const { properties, transaction } = options;
  const settings = producerSettings(properties);
  if (transaction !== null && (settings.acks !== -1 || !settings.idempotent))
    throw new CommandError(
      'Must set acks to all and enable.idempotence to true in order to use transactions.',
    );
  const cluster = openCluster({
    bootstrap: properties.get('bootstrap.servers') ?? null,
    ...{ defaultBootstrap, properties, readText, clientId: CLIENT_ID },
  });
  const transactionTimeoutMs = positiveInteger(
    ...([properties, 'transaction.timeout.ms', DEFAULT_TRANSACTION_TIMEOUT_MS] as const),
  );
  const session =
    transaction === null
      ? null
      : new TransactionSession(cluster, { transactionalId: transaction.id, transactionTimeoutMs });
  const producer = new RecordProducer(cluster, settings, session);
  try {
    await session?.init();
    const figures = await writeAll(producer, session, options, settings.batchBytes, surroundings);
    await producer.flush();
    for (const each of figures) print(each.totalLine());
    if (options.printsMetrics)
      for (const line of metricLines(
        ...(['producer-metrics', properties.get('client.id') ?? CLIENT_ID, metricsOf(producer)] as const),
      ))
        print(line);
    return 0;
  } finally {
    cluster.close();
  }
}

/** Resolves with the figures of all, and of those behind the warm-up, when everything has been handed over. */
async function writeAll(
  producer: RecordProducer,
  session: TransactionSession | null,
  options: PerfOptions,
  turnBytes: number,
  { print, say, stopped }: ToolSurroundings,
): Promise<LatencyFigures[]> {
  const { topic, records, warmupRecords, reportingIntervalMs, throughput, transaction } = options;
  const figuresFor = (count: number, isSteadyState: boolean): LatencyFigures =>
    new LatencyFigures({ records: count, reportingIntervalMs, isSteadyState }, Date.now, print);
  if (warmupRecords > 0)
    print(
      `Warmup first ${String(warmupRecords)} records. Steady state results will print after the complete test summary.`,
    );
  const payloadOf = payloads(options.payload);
  const all = figuresFor(records, false);
  let steady: LatencyFigures | null = null;
  const startMs = Date.now();
  let transactionStartMs: number | null = null;
  let bytesOfTurn = 0;
  for (let index = 0; index < records && !stopped.aborted; index += 1) {
    const value = payloadOf(index);
    const sentMs = Date.now();
    if (session !== null) transactionStartMs ??= sentMs;
    if (warmupRecords > 0 && index === warmupRecords) {
      steady = figuresFor(records - warmupRecords, true);
      all.isQuiet = true;
    }
    const counted = steady;
    const placed = producer.send(topic, { key: null, value, timestampMs: sentMs }, (failure) => {
      const atMs = Date.now();
      if (failure !== null) say(failure.message);
      else for (const figures of [all, counted]) figures?.record(atMs - sentMs, value.length, atMs);
    });
    if (placed !== null) await placed;
    if (session !== null && transactionStartMs !== null && transaction !== null)
      if (sentMs - transactionStartMs >= transaction.durationMs) {
        await commit(producer, session);
        transactionStartMs = null;
      }
    bytesOfTurn += value.length;
    // What was handed over is sent, and answers are heard, between two turns.
    if (bytesOfTurn >= turnBytes) {
      bytesOfTurn = 0;
      await nextTurn();
    }
    const waitMs = waitMsFor(index, Date.now() - startMs, throughput);
    if (waitMs > 0) await pause(waitMs, undefined, { signal: stopped }).catch(() => undefined);
  }
  if (session !== null && transactionStartMs !== null) await commit(producer, session);
  return steady === null ? [all] : [all, steady];
}

/** @throws ClientError also when something of the transaction was not written */
async function commit(producer: RecordProducer, session: TransactionSession): Promise<void> {
  await producer.flush();
  await session.end(true);
}

function metricsOf({ figures }: RecordProducer): Record<string, number> {
  const { requests, recordsSent, recordsFailed, recordsRepeated } = figures;
  return {
    'batch-size-avg': figures.batchBytes / requests,
    'batch-size-max': figures.batchBytesMax,
    'produce-throttle-time-avg': figures.throttleMs / requests,
    'produce-throttle-time-max': figures.throttleMsMax,
    'record-error-total': recordsFailed,
    'record-retry-total': recordsRepeated,
    'record-send-total': recordsSent,
    'records-per-request-avg': recordsSent / requests,
    'request-latency-avg': figures.latencyMs / requests,
    'request-latency-max': figures.latencyMsMax,
    'request-total': requests,
  };
}
