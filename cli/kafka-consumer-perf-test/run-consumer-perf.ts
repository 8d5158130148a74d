/**
 * `kafka-consumer-perf-test`: reads records in a group as quickly as it can, and prints how quickly, with the lines of the tool of
 * Apache Kafka 4.3.1. When no record comes any more it ends with a warning, and status 0.
 */
import { booleanProperty, positiveInteger } from '../kafka-tool/client-properties.ts';
import { groupReader, isolationNamed } from '../kafka-tool/group-reading.ts';
import type { GroupReader } from '../kafka-tool/group-reader.ts';
import { metricLines } from '../kafka-tool/metric-lines.ts';
import { openCluster } from '../kafka-tool/open-cluster.ts';
import { bootstrapOf, runTool } from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import type { KafkaFlags } from '../options/kafka-flags.ts';
import { ConsumptionFigures, headerLine } from './consumption-figures.ts';
import { PERF_FLAGS, readPerfOptions, type PerfOptions } from './perf-options.ts';

const CLIENT_ID = 'perf-consumer-client';
const DEFAULT_MAX_POLL_RECORDS = 500;
const POLL_MS = 100;

export const runConsumerPerf: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    ...{ flags: PERF_FLAGS, purpose: 'This tool is used to verify the consumer performance.' },
    work: (flags) => work(flags, surroundings),
  });

async function work(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { readText, defaultBootstrap, print } = surroundings;
  const bootstrap = bootstrapOf(flags);
  const options = readPerfOptions(flags, readText, print);
  const { properties, source, groupId, reset, isDetailed } = options;
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText, clientId: CLIENT_ID },
  });
  try {
    if (options.hasHeader) print(headerLine(isDetailed));
    const figures = new ConsumptionFigures(options, Date.now(), print);
    const reader = groupReader(cluster, {
      ...{ source, groupId, reset, properties },
      autoCommit: booleanProperty(properties, 'enable.auto.commit', true),
      isolation: isolationNamed(properties.get('isolation.level') ?? 'read_uncommitted'),
      onRebalance: (step) => figures[step](Date.now()),
    });
    let endMs: number;
    try {
      await readAll(reader, figures, options, surroundings);
      endMs = Date.now();
    } finally {
      await reader.close();
    }
    if (!isDetailed) print(figures.totalLine(endMs));
    if (options.printsMetrics)
      for (const line of metricsOf(figures, properties.get('client.id'))) print(line);
    return 0;
  } finally {
    cluster.close();
  }
}

async function readAll(
  reader: GroupReader,
  figures: ConsumptionFigures,
  { records, timeoutMs, properties }: PerfOptions,
  { print, stopped }: ToolSurroundings,
): Promise<void> {
  const atOnce = positiveInteger(properties, 'max.poll.records', DEFAULT_MAX_POLL_RECORDS);
  let nowMs = Date.now();
  let lastMs = nowMs;
  while (figures.records < records && nowMs - lastMs <= timeoutMs && !stopped.aborted) {
    const read = await reader.poll(POLL_MS, atOnce);
    nowMs = Date.now();
    if (read.length > 0) lastMs = nowMs;
    for (const { key, value } of read) figures.read((key?.length ?? 0) + (value?.length ?? 0), nowMs);
  }
  if (figures.records < records)
    print(
      `WARNING: Exiting before consuming the expected number of records: timeout (${String(timeoutMs)} ms) exceeded. You can use the --timeout option to increase the timeout.`,
    );
}

function metricsOf({ records, bytes }: ConsumptionFigures, clientId = CLIENT_ID): string[] {
  return metricLines('consumer-fetch-manager-metrics', clientId, {
    'bytes-consumed-total': bytes,
    'records-consumed-total': records,
  });
}
