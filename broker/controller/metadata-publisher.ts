/**
 * Every node's view of the cluster: replays what the metadata log has committed into images and tells who wants to know.
 *
 * - Only committed records come in here, so every image that anybody sees is a prefix of what all nodes will see. What
 *   the active controller decides ahead of that is its own affair (command-rounds.ts).
 * - Images are built when somebody looks: while nobody listens, as at a start, thousands of batches cost one image.
 * - A node that was too far behind gets a snapshot; its listeners are told the difference, as if nothing was skipped.
 * - It decides when the image is to be kept as a snapshot, so that the log before it may go (KIP-630): after so many
 *   bytes, or after so long a time if there was any change.
 */
import type { CancelTimer, Platform } from '../platform/platform.ts';
import type { Logger } from '../platform/logger.ts';
import {
  emptyImage,
  type ImageListener,
  type MetadataDelta,
  type MetadataImage,
  wholeImageDelta,
} from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { imageDifference } from './image-difference.ts';
import { imageRecords } from './image-records.ts';
import type {
  MetadataLog,
  MetadataLogListener,
  MetadataSnapshotId,
  StoredRecord,
} from './metadata-log/metadata-log.ts';
import { decodeRecord } from './record-codec.ts';

export interface MetadataPublisherOptions {
  readonly platform: Pick<Platform, 'timers'>;
  readonly logger: Logger;
  /** 22 characters, from meta.properties. */
  readonly clusterId: string;
  /** metadata.log.max.record.bytes.between.snapshots and metadata.log.max.snapshot.interval.ms (0: never by time). */
  readonly snapshotDue: { readonly bytes: number; readonly intervalMs: number };
  /** A committed record contradicts those before it: this node must not go on with what it knows. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

type SnapshotLog = Pick<MetadataLog, 'writeSnapshot' | 'bytesSinceSnapshot'>;

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
}

export class MetadataPublisher implements Pick<MetadataLogListener, 'snapshotLoaded' | 'committed'> {
  readonly #options: MetadataPublisherOptions;
  readonly #logger: Logger;
  readonly #listeners = new Set<ImageListener>();
  #image: MetadataImage;
  /** Records that were replayed and not built into an image yet. */
  #builder: ImageBuilder | null = null;
  /** Topics whose removal nobody was told of, because nobody listened yet: their folders may still be there. */
  readonly #removedUnheard = new Set<string>();
  #waiters: Waiter[] = [];
  #snapshotLog: SnapshotLog | null = null;
  #writingSnapshot = false;
  #cancelSnapshotTimer: CancelTimer | null = null;

  constructor(options: MetadataPublisherOptions) {
    this.#options = options;
    this.#logger = options.logger.named('MetadataPublisher');
    this.#image = emptyImage(options.clusterId);
  }

  /** All that is committed and was told to this node. Read it once per request, so that one answer is consistent. */
  image(): MetadataImage {
    if (this.#builder !== null) this.#build(this.#builder);
    return this.#image;
  }

  /** Tells the listener of every later change, and at once of the whole image if there is one. Returns the way out. */
  onImage(listener: ImageListener): () => void {
    const image = this.image();
    this.#listeners.add(listener);
    if (image.offset >= 0) this.#tell(listener, image, wholeImageDelta(image, new Set(this.#removedUnheard)));
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the image holds the record at `offset` of the metadata log. */
  caughtUpTo(offset: number): Promise<void> {
    if (this.image().offset >= offset) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ offset, resolve }));
  }

  /** From now on keeps the image as a snapshot in this log when one is due. Returns the way out. */
  keepSnapshotsIn(log: SnapshotLog): () => void {
    this.#snapshotLog = log;
    return () => {
      this.#snapshotLog = null;
      this.#cancelSnapshotTimer?.();
      this.#cancelSnapshotTimer = null;
    };
  }

  snapshotLoaded(id: MetadataSnapshotId, records: Iterable<readonly StoredRecord[]>): void {
    const before = this.image();
    const builder = new ImageBuilder(emptyImage(this.#options.clusterId));
    this.#orFatal(`the snapshot at offset ${String(id.offset)}`, () => {
      for (const batch of records) {
        for (const { value } of batch) {
          const record = decodeRecord(value);
          if (record !== null) builder.load(record);
        }
      }
      builder.reach(id.offset - 1, id.epoch);
    });
    const { image } = builder.build();
    this.#publish(image, imageDifference(before, image));
    this.#cancelSnapshotTimer?.();
    this.#cancelSnapshotTimer = null;
  }

  committed(
    records: readonly StoredRecord[],
    position: { readonly endOffset: number; readonly epoch: number },
  ): void {
    const builder = (this.#builder ??= new ImageBuilder(this.#image));
    this.#orFatal(`the records up to offset ${String(position.endOffset)}`, () => {
      for (const { offset, value } of records) {
        const record = decodeRecord(value);
        if (record === null) builder.skip(offset);
        else builder.replay(record, offset);
      }
      builder.reach(position.endOffset - 1, position.epoch);
    });
    if (this.#listeners.size + this.#waiters.length > 0) this.#build(builder);
    this.#keepSnapshotIfDue();
  }

  #orFatal(what: string, replay: () => void): void {
    try {
      replay();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The metadata log cannot be followed: ${what} contradict what came before: ${reason}`;
      this.#options.onFatal(message, error);
      throw error;
    }
  }

  #build(builder: ImageBuilder): void {
    this.#builder = null;
    const { image, delta } = builder.build();
    this.#publish(image, delta);
  }

  #publish(image: MetadataImage, delta: MetadataDelta): void {
    this.#image = image;
    if (this.#listeners.size === 0) for (const id of delta.removedTopicIds) this.#removedUnheard.add(id);
    for (const listener of [...this.#listeners]) this.#tell(listener, image, delta);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ offset }) => offset > image.offset);
    for (const { offset, resolve } of waiters) if (offset <= image.offset) resolve();
  }

  /** The change is a fact already: a listener that fails must not keep the others or the client from hearing of it. */
  #tell(listener: ImageListener, image: MetadataImage, delta: MetadataDelta): void {
    try {
      listener(image, delta);
    } catch (error) {
      this.#logger.error(`A listener failed on the image at offset ${String(image.offset)}.`, error);
    }
  }

  #keepSnapshotIfDue(): void {
    const log = this.#snapshotLog;
    if (log === null || this.#writingSnapshot) return;
    if (log.bytesSinceSnapshot >= this.#options.snapshotDue.bytes) void this.#keepSnapshot(log);
    else this.#scheduleSnapshot();
  }

  /** The wait begins with the first change after a snapshot: a log that nobody writes to needs no other one. */
  #scheduleSnapshot(): void {
    const { intervalMs } = this.#options.snapshotDue;
    if (intervalMs <= 0 || this.#cancelSnapshotTimer !== null) return;
    this.#cancelSnapshotTimer = this.#options.platform.timers.after(intervalMs, () => {
      this.#cancelSnapshotTimer = null;
      if (this.#snapshotLog !== null && !this.#writingSnapshot) void this.#keepSnapshot(this.#snapshotLog);
    });
  }

  async #keepSnapshot(log: SnapshotLog): Promise<void> {
    this.#writingSnapshot = true;
    this.#cancelSnapshotTimer?.();
    this.#cancelSnapshotTimer = null;
    const image = this.image();
    try {
      await log.writeSnapshot({ offset: image.offset + 1, epoch: image.epoch }, imageRecords(image));
      this.#logger.info(`Kept the metadata up to offset ${String(image.offset)} as a snapshot.`);
    } catch (error) {
      this.#logger.error(
        `Could not keep the metadata up to offset ${String(image.offset)} as a snapshot.`,
        error,
      );
    } finally {
      this.#writingSnapshot = false;
    }
  }
}
