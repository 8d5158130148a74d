/**
 * Starts what lives beside the pages in the console's process: settings, database, first accounts, the collector; and
 * ends it all on SIGTERM, on SIGINT, or when the supervisor that started the process is gone.
 *
 * Next may call `register` more than once: a process-wide mark keeps the second call from starting anything.
 * Next's own signal handling waits for open event streams and so would never end; NEXT_MANUAL_SIG_HANDLE turns it off.
 */
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from './console/config/config-error.ts';
import { announcePublicUrl, consoleConfig } from './console/config/console-config.ts';
import { collectNow } from './console/collector/live-clusters.ts';
import { startCollecting, stopCollecting } from './console/collector/start.ts';
import { ConsoleError } from './console/services/console-error.ts';
import { consoleContext } from './console/services/context.ts';
import { prepareConsole } from './console/services/first-run.ts';
import { followBrokerProcesses } from './console/services/follow-broker-processes.ts';
import { closeKafkaConnections } from './console/services/kafka-connections.ts';
import { errorFields, logEvent } from './console/services/log.ts';
import { finishRequests, followRequests } from './console/services/open-requests.ts';
import { openStreams } from './console/services/open-streams.ts';
import { receiveRequests } from './console/services/receive-requests.ts';
import { followTopicConfigs } from './console/services/topic-configs.ts';
import { closeSharedDatabases } from './console/store/database.ts';
import { StoreError } from './console/store/store-error.ts';

/** Of those who are being answered when it is told to stop. */
const answersWithinMs = 4_000;
const shutdownLimitMs = 5_500;
/**
 * How far the heap may grow beyond what is alive before it is swept. Left to itself V8 lets it grow to several times of that where
 * a machine has memory, and a round that replaces a large snapshot fills it: half a gigabyte more that nobody uses.
 */
const heapGrowingPercent = 40;
const mark = Symbol.for('aquila.console.started');
const processWide = globalThis as typeof globalThis & { [mark]?: string };

/** Ends once, whoever asks; a part that hangs does not keep the process. */
function endOnSignals(): void {
  let ending = false;
  const end = (reason: string): void => {
    if (ending) return;
    ending = true;
    logEvent('info', 'console-stopping', { reason });
    setTimeout(() => process.exit(1), shutdownLimitMs).unref();
    openStreams.closeAll();
    void (async () => {
      await finishRequests(answersWithinMs);
      await stopCollecting();
      closeKafkaConnections();
      await closeSharedDatabases();
    })()
      .catch((error: unknown) => logEvent('error', 'console-stop-failed', errorFields(error)))
      .finally(() => process.exit(0));
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  process.on('disconnect', () => end('supervisor gone'));
}

/** One line on stderr that says what to do, and an exit status, instead of a stack trace. */
function refuseToStart(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof StoreError || error instanceof ConsoleError;
  process.stderr.write(
    known
      ? `${error.message}\n`
      : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}

async function prepare(): Promise<void> {
  const { adminPassword, topicToken, warnings } = await prepareConsole(consoleConfig());
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  // Only without the supervisor, which prepares the console and shows these in its banner.
  if (adminPassword !== null)
    process.stdout.write(`\n  User name  admin\n  Password   ${adminPassword}   (shown this once)\n`);
  if (topicToken !== null) process.stdout.write(`  Topic token  ${topicToken}   (shown this once)\n\n`);
}

export async function startConsole(): Promise<void> {
  if (processWide[mark] !== undefined) return;
  processWide[mark] = randomUUID();
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  process.umask(0o077);
  try {
    announcePublicUrl(consoleConfig());
    receiveRequests();
    followRequests();
    endOnSignals();
    await prepare();
    const context = await consoleContext();
    await startCollecting({
      config: context.config,
      clusters: context.clusters.all(),
      database: context.database,
      channelKey: context.channelKey,
      log: (event, fields) => logEvent('info', event, fields),
    });
    for (const cluster of context.clusters.all()) followTopicConfigs(cluster);
    const bundled = context.clusters.all().find(({ source }) => source === 'bundled');
    if (bundled !== undefined)
      await followBrokerProcesses(context.config.dataDirectory, () => {
        // A round that fails says so itself.
        collectNow(bundled.id).catch(() => undefined);
      });
  } catch (error) {
    refuseToStart(error);
  }
  logEvent('info', 'console-started', { clusters: consoleConfig().clusters.map(({ id }) => id) });
}
