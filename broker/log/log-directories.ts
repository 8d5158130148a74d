/**
 * The folders of `log.dirs`: lock, identity (meta.properties) and the clean-shutdown mark.
 *
 * broker/main.ts opens them once, before anything else touches the disk; the controller puts its metadata log into
 * the first, the log manager its partitions into all. A folder that cannot be used because of its disk, its rights or
 * a damaged meta.properties is set aside and the others serve; the first, which holds the metadata log, must be good.
 * One that is in use or belongs to another node or cluster is a mistake of the owner's and ends the start.
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Disk, Platform } from '../platform/platform.ts';
import { StartFailure } from '../start-failure.ts';
import { takeCleanShutdown, UNKNOWN_BROKER_EPOCH, writeCleanShutdown } from './clean-shutdown.ts';
import {
  metaPropertiesText,
  readMetaProperties,
  UnreadableMetaProperties,
  type MetaProperties,
} from './meta-properties.ts';

export { CLEAN_SHUTDOWN_FILE } from './clean-shutdown.ts';

export interface LogDirectoriesOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly paths: readonly string[];
  readonly nodeId: number;
  /**
   * The cluster that this node belongs to, from what its folders say (null: nothing); null for a new one. Asked while they are locked and
   * nothing is written yet. Default: what they say, or a new cluster.
   */
  readonly clusterIdOf?: (known: string | null) => Promise<string | null>;
}

export interface LogDirectory {
  readonly path: string;
  readonly directoryId: string;
  /** The previous process ended well: logs in here need no recovery. */
  readonly wasCleanShutdown: boolean;
  /** In which that was, -1 when nobody knows. */
  readonly previousBrokerEpoch: number;
}

export const META_PROPERTIES = 'meta.properties';
const LOCK_FILE = '.lock';

interface LockedDirectory {
  readonly path: string;
  readonly release: () => void;
  /** Null in a folder that was never used. */
  readonly meta: MetaProperties | null;
}

export class LogDirectories {
  readonly clusterId: string;
  readonly directories: readonly LogDirectory[];
  /** Those that cannot be used; they stay so until the next start. */
  readonly unusable: readonly { readonly path: string; readonly cause: unknown }[];
  readonly #disk: Disk;
  readonly #releases: ReadonlyMap<string, () => void>;

  /** Makes, locks and reads the folders. Throws StartFailure with a sentence for the user. */
  static async open(options: LogDirectoriesOptions): Promise<LogDirectories> {
    const opening = new DirectoryOpening(options);
    try {
      return await opening.run();
    } catch (error) {
      opening.releaseAll();
      throw error;
    }
  }

  constructor(
    disk: Disk,
    opened: Pick<LogDirectories, 'clusterId' | 'directories' | 'unusable'>,
    releases: ReadonlyMap<string, () => void>,
  ) {
    this.#disk = disk;
    this.clusterId = opened.clusterId;
    this.directories = opened.directories;
    this.unusable = opened.unusable;
    this.#releases = releases;
  }

  /** Releases the locks. The folders in `clean` get the clean-shutdown mark: all their logs must have been closed. */
  async close(clean: ReadonlySet<string>, brokerEpoch: number = UNKNOWN_BROKER_EPOCH): Promise<void> {
    for (const [path, release] of this.#releases) {
      try {
        if (clean.has(path)) await writeCleanShutdown(this.#disk, path, brokerEpoch);
      } finally {
        release();
      }
    }
  }

  /** As they were found: a start that was given up before any log was opened has changed nothing in them. */
  async closeUntouched(): Promise<void> {
    const found = this.directories.filter(({ wasCleanShutdown }) => wasCleanShutdown);
    const [first] = found;
    await this.close(new Set(found.map(({ path }) => path)), first?.previousBrokerEpoch);
  }
}

class DirectoryOpening {
  readonly #options: LogDirectoriesOptions;
  readonly #releases = new Map<string, () => void>();
  readonly #unusable: { readonly path: string; readonly cause: unknown }[] = [];

  constructor(options: LogDirectoriesOptions) {
    this.#options = options;
  }

  releaseAll(): void {
    for (const release of this.#releases.values()) release();
  }

  async run(): Promise<LogDirectories> {
    const paths = [...new Set(this.#options.paths)];
    if (paths.length === 0) throw new StartFailure('log.dirs names no folder: give at least one.');
    const locked: LockedDirectory[] = [];
    for (const path of paths) {
      const one = await this.#unlessUnusable(path, () => this.#lock(path));
      if (one !== null) locked.push(one);
    }
    refuseTwins(locked);
    const known = this.#knownClusterId(locked);
    const clusterId = (await this.#options.clusterIdOf?.(known)) ?? known ?? newId(this.#options.platform);
    for (const { path, meta } of locked)
      if (meta !== null && meta.clusterId !== clusterId) throw foreign(path, meta.clusterId, clusterId);
    const directories: LogDirectory[] = [];
    for (const one of locked) {
      const directory = await this.#unlessUnusable(one.path, () => this.#identify(one, clusterId));
      if (directory !== null) directories.push(directory);
    }
    const opened = { clusterId, directories, unusable: this.#unusable };
    return new LogDirectories(this.#options.platform.disk, opened, this.#releases);
  }

  /** Null when the folder's disk, its rights or its meta.properties do not allow its use. */
  async #unlessUnusable<T>(path: string, use: () => T | Promise<T>): Promise<T | null> {
    try {
      return await use();
    } catch (error) {
      if (error instanceof StartFailure || !(error instanceof Error)) throw error;
      if (!('code' in error) && !(error instanceof UnreadableMetaProperties)) throw error;
      if (path === this.#options.paths[0])
        throw new StartFailure(
          `The log folder ${path} holds the cluster's metadata and cannot be used: ${error.message}`,
        );
      this.#unusable.push({ path, cause: error });
      this.#options.logger.error(
        `Log directory ${path} cannot be used: its partitions are offline until it is put right and the broker started again`,
        error,
      );
      this.#releases.get(path)?.();
      this.#releases.delete(path);
      return null;
    }
  }

  #lock(path: string): LockedDirectory {
    const { disk } = this.#options.platform;
    disk.makeDirectory(path);
    const lock = disk.lock(join(path, LOCK_FILE));
    if (!('release' in lock))
      throw new StartFailure(
        `The log folder ${path} is in use by ${lock.heldBy}: stop it, or give this broker another log.dirs.`,
      );
    this.#releases.set(path, lock.release);
    const meta = readMetaProperties(disk, join(path, META_PROPERTIES));
    if (meta !== null && meta.nodeId !== this.#options.nodeId)
      throw new StartFailure(
        `${path} belongs to broker ${meta.nodeId}, this is broker ${this.#options.nodeId}: correct broker.id (node.id) or log.dirs.`,
      );
    return { path, release: lock.release, meta };
  }

  #knownClusterId(locked: readonly LockedDirectory[]): string | null {
    let clusterId: string | null = null;
    for (const { path, meta } of locked) {
      if (meta === null) continue;
      if (clusterId !== null && clusterId !== meta.clusterId) throw foreign(path, meta.clusterId, clusterId);
      clusterId = meta.clusterId;
    }
    return clusterId;
  }

  async #identify({ path, meta }: LockedDirectory, clusterId: string): Promise<LogDirectory> {
    const { platform, logger, nodeId } = this.#options;
    removeLeftovers(platform.disk, path);
    const directoryId = meta?.directoryId ?? newId(platform);
    // Also when the file is of version 0, which knows no directory id.
    if (meta?.directoryId !== directoryId)
      await platform.disk.replaceFile(
        join(path, META_PROPERTIES),
        metaPropertiesText({ nodeId, clusterId, directoryId }),
      );
    const { wasClean, brokerEpoch } = await takeCleanShutdown(platform.disk, path, logger);
    return { path, directoryId, wasCleanShutdown: wasClean, previousBrokerEpoch: brokerEpoch };
  }
}

function foreign(path: string, theirs: string, ours: string): StartFailure {
  return new StartFailure(`${path} belongs to cluster ${theirs}, not to ${ours}: correct log.dirs.`);
}

/** What a replacement left that was cut off between writing and renaming; the lock says that nobody is at it. */
const LEFTOVER = /^(?:.+-checkpoint|meta\.properties|\.kafka_cleanshutdown)\.(?:[\d-]+\.)?tmp$/;

function removeLeftovers(disk: Disk, path: string): void {
  for (const name of disk.list(path)) if (LEFTOVER.test(name)) disk.removeFile(join(path, name));
}

/** A folder that was copied into another would make its logs come up twice. */
function refuseTwins(locked: readonly LockedDirectory[]): void {
  const paths = new Map<string, string>();
  for (const { path, meta } of locked) {
    const id = meta?.directoryId ?? null;
    const twin = id === null ? undefined : paths.get(id);
    if (twin !== undefined)
      throw new StartFailure(`${path} has the directory.id of ${twin}: remove the one that is a copy.`);
    if (id !== null) paths.set(id, path);
  }
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
