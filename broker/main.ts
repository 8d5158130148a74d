/**
 * The composition root of a process: reads the configuration and puts a node on the real machine, with sockets, threads
 * for long work on records, and the HTTP listener of metrics. What a node is made of is in assembly/.
 */
import { addressText } from '../kafka-client/address.ts';
import { availableParallelism } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { startNode } from './assembly/start-node.ts';
import type { RunningNode } from './assembly/node-options.ts';
import type { BrokerConfig } from './config/broker-config.ts';
import type { PropertiesFile } from './config/properties-file.ts';
import { readBrokerConfig } from './config/read-broker-config.ts';
import { BrokerMetrics } from './metrics/broker-metrics.ts';
import { type MetricsServer, startMetricsServer } from './metrics/metrics-server.ts';
import { registerProcessBeans } from './metrics/process-beans.ts';
import type { Logger } from './platform/logger.ts';
import { connectionLimit, logFileLimit, openFileLimit } from './platform/node/file-limit.ts';
import type { CancelTimer, Platform } from './platform/platform.ts';
import type { RecordWork } from './record-work/record-work.ts';
import { WorkerRecordWork } from './record-work/worker-record-work.ts';
import { transportOf } from './server/node-roads.ts';
import { listenOnSockets } from './server/socket-listeners.ts';
import { StartFailure } from './start-failure.ts';

export interface StartOptions {
  readonly properties: PropertiesFile | null;
  readonly overrides?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform: Platform;
  readonly logger: Logger;
  /** Where long work on records is done; default: on threads, which start when there is such work. */
  readonly recordWork?: RecordWork;
  /** Ends a start that still waits for the rest of its cluster: it rejects with StartAborted. */
  readonly aborted?: AbortSignal;
  /** The broker can no longer keep its promises (its metadata cannot be written): end the process. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

export interface RunningBroker {
  readonly nodeId: number;
  readonly clusterId: string;
  /** The port of the first listener, as bound. */
  readonly port: number;
  readonly metricsPort: number | null;
  /** Stops cleanly; later calls wait for the first. */
  stop(): Promise<void>;
}

/** Each may take some 200 MiB while it works. */
const MAX_RECORD_THREADS = 2;

/** Rejects with ConfigError, StartFailure or ListenError for what the user can put right. */
export async function startBroker(options: StartOptions): Promise<RunningBroker> {
  const { aborted, onFatal } = options;
  const { config, warnings } = readBrokerConfig({
    properties: options.properties,
    overrides: options.overrides ?? [],
    environment: options.environment ?? {},
  });
  const logger = options.logger.named(`KafkaServer id=${String(config.nodeId)}`);
  for (const warning of warnings) logger.warn(warning);
  if (config.clusterOfOne) logger.info('No controller.quorum.voters: this broker is a cluster of one.');
  const process = new NodeProcess(config, options.platform);
  try {
    const platform = {
      ...options.platform,
      transport: transportOf(config, options.platform, options.logger),
    };
    const node = await startNode({
      ...{ config, platform, logger: options.logger, metrics: process.metrics, onFatal },
      ...(aborted !== undefined && { aborted }),
      recordWork: options.recordWork ?? recordThreads(platform, options.logger),
      listen: listenOnSockets({
        ...{ config, platform, logger: options.logger },
        maxConnections: connectionLimit(openFileLimit()),
      }),
      beforeListening: () => process.serveMetrics(),
      version: packageJson.version,
      startedAtMs: process.startedAtMs,
      maxOpenLogFiles: logFileLimit(openFileLimit()),
    });
    return process.running(node);
  } catch (error) {
    await process.close();
    throw error;
  }
}

function recordThreads({ timers }: Platform, logger: Logger): RecordWork {
  const maxThreads = Math.min(MAX_RECORD_THREADS, Math.max(1, availableParallelism() - 1));
  return new WorkerRecordWork({ timers, logger, maxThreads });
}

/** What is around the node: its metrics, and who may read them. */
class NodeProcess {
  readonly metrics: BrokerMetrics;
  readonly startedAtMs: number;
  readonly #config: BrokerConfig;
  readonly #platform: Platform;
  #server: MetricsServer | null = null;
  #node: RunningNode | null = null;
  #endSampling: CancelTimer = () => undefined;

  constructor(config: BrokerConfig, platform: Platform) {
    this.#config = config;
    this.#platform = platform;
    this.metrics = new BrokerMetrics(platform.clock);
    this.startedAtMs = platform.clock.wallMs();
  }

  async serveMetrics(): Promise<void> {
    const { metricsListener } = this.#config;
    const { clock } = this.#platform;
    this.#endSampling = registerProcessBeans(this.metrics, this.#platform, this.startedAtMs);
    if (metricsListener === null) return;
    try {
      this.#server = await startMetricsServer({
        ...metricsListener,
        metrics: this.metrics,
        version: packageJson.version,
        startedAtMs: this.startedAtMs,
        nowMs: () => clock.wallMs(),
        isHealthy: () => this.#node?.isHealthy() === true,
      });
    } catch (error) {
      const { host, port } = metricsListener;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartFailure(
        `Cannot serve metrics on ${addressText({ host, port })}: ${reason}. Change the key aquila.metrics.listener (or JMX_PORT).`,
      );
    }
  }

  running(node: RunningNode): RunningBroker {
    this.#node = node;
    const { nodeId, clusterId, port } = node;
    let stopped: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      try {
        await node.stop();
      } finally {
        await this.close();
      }
    };
    return {
      ...{ nodeId, clusterId, port, metricsPort: this.#server?.port ?? null },
      stop: () => (stopped ??= stop()),
    };
  }

  async close(): Promise<void> {
    this.#endSampling();
    await this.#server?.close();
  }
}
