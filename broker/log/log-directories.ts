/**
 * The folders of `log.dirs`: lock, identity (meta.properties), the clean-shutdown mark and the checkpoint files.
 *
 * broker/main.ts opens them once, before anything else touches the disk; the controller puts its metadata log into
 * the first, the replica manager its partitions into all.
 */
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';

export interface LogDirectoriesOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly paths: readonly string[];
  readonly nodeId: number;
}

export interface LogDirectory {
  readonly path: string;
  readonly directoryId: string;
  /** The previous process ended well: logs in here need no recovery. */
  readonly wasCleanShutdown: boolean;
}

export declare class LogDirectories {
  /** Makes, locks and reads the folders. Throws an Error with a sentence for the user when one is in use or belongs to another node or cluster. */
  static open(options: LogDirectoriesOptions): Promise<LogDirectories>;
  /** From meta.properties, or made new on the first start: 22 characters base64url. */
  readonly clusterId: string;
  readonly directories: readonly LogDirectory[];
  /** Releases the locks. `clean` writes the clean-shutdown mark; say true only after all logs have been closed. */
  close(clean: boolean): Promise<void>;
}
