/**
 * A broker's log directories on a memory platform, started and stopped as broker/main.ts does it: lock, identity and mark
 * first, then every log that is there. What comes up after a crash is read with the checkpoints that the crash left.
 */
import type { MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { defaultLogConfig, type LogConfig } from '../log-config.ts';
import { LogDirectories } from '../log-directories.ts';
import { LogManager, type ManagedLog } from '../log-manager.ts';
import { RememberingLogger } from '../log-test-kit.ts';

const DAY_MS = 86_400_000;

export class LogMachine {
  readonly manager: LogManager;
  readonly lines: readonly string[];
  readonly #directories: LogDirectories;

  static async start(
    platform: MemoryPlatform,
    config: Partial<LogConfig>,
    paths: readonly string[] = ['/data'],
  ): Promise<LogMachine> {
    const logger = new RememberingLogger();
    const directories = await LogDirectories.open({ platform, logger, paths, nodeId: 0 });
    const manager = new LogManager({
      platform,
      logger,
      logDirectories: directories,
      logConfigOf: () => ({ ...defaultLogConfig, ...config }),
      producerIdExpirationMs: DAY_MS,
    });
    manager.openAll();
    return new LogMachine(manager, directories, logger);
  }

  private constructor(manager: LogManager, directories: LogDirectories, logger: RememberingLogger) {
    this.manager = manager;
    this.#directories = directories;
    this.lines = logger.lines;
  }

  /** All of them: high watermarks at the log end, as with one replica. */
  async checkpoint(): Promise<void> {
    await this.manager.checkpointHighWatermarks(({ log }) => log.logEndOffset);
    await this.manager.checkpointRecoveryPoints();
    await this.manager.checkpointLogStarts();
  }

  /** The clean stop; false when something could not be closed, and no mark is left. */
  async stop(): Promise<boolean> {
    const clean = await this.manager.closeAll(({ log }) => log.logEndOffset);
    await this.#directories.close(clean);
    return clean.size === this.manager.directories.length;
  }

  get(topic: string): ManagedLog {
    const managed = this.manager.get(topic, 0);
    if (managed === undefined) throw new Error(`there is no log ${topic}-0: ${this.lines.join('\n')}`);
    return managed;
  }
}
