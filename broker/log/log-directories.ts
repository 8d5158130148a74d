/**
 * The folders of `log.dirs`: lock, identity (meta.properties), the clean-shutdown mark and the checkpoint files.
 *
 * broker/main.ts opens them once, before anything else touches the disk; the controller puts its metadata log into
 * the first, the log manager its partitions into all. The clean-shutdown mark is taken away when it has been read:
 * whoever dies after that has not shut down cleanly.
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Disk, Platform } from '../platform/platform.ts';
import { StartFailure } from '../start-failure.ts';
import { metaPropertiesText, readMetaProperties } from './meta-properties.ts';

export interface LogDirectoriesOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly paths: readonly string[];
  readonly nodeId: number;
  /** For a node that joins an existing cluster; default: what meta.properties says, or a new one. */
  readonly clusterId?: string;
}

export interface LogDirectory {
  readonly path: string;
  readonly directoryId: string;
  /** The previous process ended well: logs in here need no recovery. */
  readonly wasCleanShutdown: boolean;
}

export const META_PROPERTIES = 'meta.properties';
export const CLEAN_SHUTDOWN_FILE = '.kafka_cleanshutdown';
const LOCK_FILE = '.lock';

interface OpenedDirectory extends LogDirectory {
  readonly release: () => void;
}

export class LogDirectories {
  readonly clusterId: string;
  readonly directories: readonly LogDirectory[];
  readonly #opened: readonly OpenedDirectory[];
  readonly #disk: Disk;

  /** Makes, locks and reads the folders. Throws StartFailure with a sentence for the user when one is in use or belongs to another node or cluster. */
  static async open(options: LogDirectoriesOptions): Promise<LogDirectories> {
    const { disk } = options.platform;
    const paths = [...new Set(options.paths)];
    if (paths.length === 0) throw new StartFailure('log.dirs names no folder: give at least one.');
    const locks: { readonly path: string; readonly release: () => void }[] = [];
    try {
      for (const path of paths) locks.push({ path, release: takeLock(disk, path) });
      const known = paths.map((path) => readMetaProperties(disk, join(path, META_PROPERTIES)));
      for (const [index, meta] of known.entries()) {
        if (meta !== null && meta.nodeId !== options.nodeId) {
          throw new StartFailure(
            `${paths[index]} belongs to broker ${meta.nodeId}, this is broker ${options.nodeId}: correct broker.id (node.id) or log.dirs.`,
          );
        }
      }
      const clusterId = chooseClusterId(
        options,
        known.map((meta) => meta?.clusterId ?? null),
        paths,
      );
      const opened: OpenedDirectory[] = [];
      for (const [index, { path, release }] of locks.entries()) {
        const directoryId = known[index]?.directoryId ?? newId(options.platform);
        if (known[index] === null) {
          const text = metaPropertiesText({ nodeId: options.nodeId, clusterId, directoryId });
          await disk.replaceFile(join(path, META_PROPERTIES), text);
        }
        opened.push({ path, directoryId, release, wasCleanShutdown: await takeCleanMark(disk, path) });
      }
      return new LogDirectories(disk, clusterId, opened);
    } catch (error) {
      for (const { release } of locks) release();
      throw error;
    }
  }

  private constructor(disk: Disk, clusterId: string, opened: readonly OpenedDirectory[]) {
    this.#disk = disk;
    this.clusterId = clusterId;
    this.#opened = opened;
    this.directories = opened;
  }

  /** Releases the locks. `clean` writes the clean-shutdown mark; say true only after all logs have been closed. */
  async close(clean: boolean): Promise<void> {
    for (const { path, release } of this.#opened) {
      try {
        if (clean)
          await this.#disk.replaceFile(
            join(path, CLEAN_SHUTDOWN_FILE),
            Buffer.from('{"version":0,"brokerEpoch":-1}'),
          );
      } finally {
        release();
      }
    }
  }
}

function takeLock(disk: Disk, path: string): () => void {
  try {
    disk.makeDirectory(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(`The log folder ${path} cannot be made: ${reason}`);
  }
  const lock = disk.lock(join(path, LOCK_FILE));
  if ('release' in lock) return lock.release;
  throw new StartFailure(
    `The log folder ${path} is in use by ${lock.heldBy}: stop it, or give this broker another log.dirs.`,
  );
}

function chooseClusterId(
  options: LogDirectoriesOptions,
  found: readonly (string | null)[],
  paths: readonly string[],
): string {
  let clusterId = options.clusterId ?? null;
  for (const [index, id] of found.entries()) {
    if (id === null) continue;
    if (clusterId !== null && clusterId !== id) {
      throw new StartFailure(
        `${paths[index]} belongs to cluster ${id}, not to ${clusterId}: correct log.dirs.`,
      );
    }
    clusterId = id;
  }
  return clusterId ?? newId(options.platform);
}

/** Kafka's way to write a uuid: 16 random bytes in base64url, 22 characters; no leading dash, which command lines mistake. */
function newId(platform: Platform): string {
  for (;;) {
    const bytes = platform.random.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const text = bytes.toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}

async function takeCleanMark(disk: Disk, path: string): Promise<boolean> {
  const mark = join(path, CLEAN_SHUTDOWN_FILE);
  if (!disk.exists(mark)) return false;
  disk.removeFile(mark);
  await disk.syncDirectory(path);
  return true;
}
