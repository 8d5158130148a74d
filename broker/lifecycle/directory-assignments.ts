/**
 * Tells the controller in which log directory each replica of this broker lies (AssignReplicasToDirs, KIP-858; Kafka's
 * AssignmentsManager), so that it knows what a failing disk takes with it.
 *
 * What is to be told is always the difference between the image and what is here, looked at again when it is sent: an
 * answer that is lost, another controller or a new registration need no bookkeeping. A broker with a single directory
 * has nothing to tell, unless the image says of a replica that it lies in another one.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  assignReplicasToDirsRequest,
  assignReplicasToDirsResponse,
} from '../../protocol/messages/73-assign-replicas-to-dirs.ts';
import type { MetadataDelta, MetadataImage, PartitionImage, TopicImage } from '../controller/image.ts';
import { directoryOf, LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../controller/replica-directories.ts';
import { type ControllerChannel, ControllerUnreachable } from '../controller-channel/controller-channel.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Timers } from '../platform/platform.ts';

export interface DirectoryAssignmentsOptions {
  readonly timers: Timers;
  readonly logger: Logger;
  readonly channel: ControllerChannel;
  readonly brokerId: number;
  /** Of this broker's registration now. */
  readonly brokerEpoch: () => number;
  readonly image: () => MetadataImage;
  /** Id of the directory in which the log of this very topic is; null while there is none. */
  readonly placeOf: (topic: TopicImage, partition: number) => string | null;
  /** Of log.dirs, with those that cannot be used. */
  readonly directoryCount: number;
  /** Is one of them out of use? A log that is nowhere may be in there. */
  readonly hasFailed: () => boolean;
  readonly timeoutMs: () => number;
}

const API = { request: assignReplicasToDirsRequest, response: assignReplicasToDirsResponse };
const VERSION = 0;
/** As in Kafka's AssignmentsManager. */
const MAX_PER_REQUEST = 2_250;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** A log that is not there by then is not merely late. */
const LOG_MISSING_MS = 5_000;

interface Place {
  readonly topicId: string;
  readonly partition: number;
}

export class DirectoryAssignments {
  readonly #options: DirectoryAssignmentsOptions;
  readonly #due = new Map<string, Place>();
  /** Replicas without a log, to be looked at again. */
  readonly #placeless = new Map<string, Place>();
  #isAsking = false;
  #pauseMs = FIRST_PAUSE_MS;
  #cancelPause: CancelTimer | null = null;
  #cancelSecondLook: CancelTimer | null = null;
  #stopped = false;

  constructor(options: DirectoryAssignmentsOptions) {
    this.#options = options;
  }

  /** After the logs of the new image were made. */
  onImage({ changedPartitions }: MetadataDelta): void {
    const { brokerId, directoryCount } = this.#options;
    for (const { topic, partition } of changedPartitions) {
      if (directoryCount === 1 && partition.directories.length === 0) continue;
      if (!partition.replicas.includes(brokerId)) continue;
      this.#consider({ topicId: topic.topicId, partition: partition.partition });
    }
    this.#askSoon();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelPause?.();
    this.#cancelSecondLook?.();
  }

  #consider(place: Place): void {
    const key = `${place.topicId}/${String(place.partition)}`;
    const found = this.#found(place);
    if (found === null) return;
    if (found.directory === null) {
      this.#placeless.set(key, place);
      this.#cancelSecondLook ??= this.#options.timers.after(LOG_MISSING_MS, () => this.#lookAgain());
    } else if (found.directory !== directoryOf(found.image, this.#options.brokerId))
      this.#due.set(key, place);
  }

  /** Null when this broker has no such replica (any more). */
  #found({ topicId, partition }: Place): { image: PartitionImage; directory: string | null } | null {
    const { image, brokerId, placeOf } = this.#options;
    const topic = image().topicsById.get(topicId);
    const found = topic?.partitions.get(partition);
    if (topic === undefined || found?.replicas.includes(brokerId) !== true) return null;
    return { image: found, directory: placeOf(topic, partition) };
  }

  #lookAgain(): void {
    this.#cancelSecondLook = null;
    const places = [...this.#placeless];
    this.#placeless.clear();
    for (const [key, place] of places) {
      this.#consider(place);
      // Said of nowhere yet: if a directory cannot be used it was in there, and others should lead.
      if (this.#placeless.has(key) && this.#options.hasFailed()) this.#due.set(key, place);
    }
    this.#askSoon();
  }

  #askSoon(): void {
    if (this.#due.size === 0 || this.#isAsking || this.#cancelPause !== null || this.#stopped) return;
    this.#isAsking = true;
    queueMicrotask(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const { channel, brokerId, brokerEpoch, timeoutMs, logger } = this.#options;
    const places = [...this.#due].slice(0, MAX_PER_REQUEST);
    for (const [key] of places) this.#due.delete(key);
    const directories = this.#requestOf(places.map(([, place]) => place));
    let failure: string | null = null;
    if (directories.length > 0) {
      const body = { brokerId, brokerEpoch: BigInt(brokerEpoch()), directories };
      try {
        const { errorCode } = await channel.call(API, VERSION, body, {
          timeoutMs: timeoutMs(),
          errorOf: (answer) => answer.errorCode,
        });
        if (errorCode !== ErrorCode.NONE) failure = `error ${String(errorCode)}`;
      } catch (error) {
        if (!(error instanceof ControllerUnreachable)) throw error;
        failure = error.message;
      }
    }
    this.#isAsking = false;
    if (this.#stopped) return;
    if (failure === null) {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#askSoon();
      return;
    }
    logger.warn(`The controller was not told yet where ${String(places.length)} replica(s) lie: ${failure}.`);
    for (const [key, place] of places) this.#due.set(key, place);
    this.#cancelPause = this.#options.timers.after(this.#pauseMs, () => {
      this.#cancelPause = null;
      this.#askSoon();
    });
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  /** What differs still. */
  #requestOf(places: readonly Place[]) {
    const byDirectory = new Map<string, Map<string, number[]>>();
    for (const place of places) {
      const found = this.#found(place);
      if (found === null) continue;
      const known = directoryOf(found.image, this.#options.brokerId);
      // A known directory says enough of a log that is not there: nobody else may lose it again.
      const directory = found.directory ?? (known === UNASSIGNED_DIRECTORY ? LOST_DIRECTORY : known);
      if (directory === known) continue;
      const byTopic = byDirectory.get(directory) ?? new Map<string, number[]>();
      byDirectory.set(directory, byTopic);
      const indexes = byTopic.get(place.topicId) ?? [];
      byTopic.set(place.topicId, indexes);
      indexes.push(place.partition);
    }
    return [...byDirectory].map(([id, byTopic]) => ({
      id,
      topics: [...byTopic].map(([topicId, indexes]) => ({
        topicId,
        partitions: indexes.map((partitionIndex) => ({ partitionIndex })),
      })),
    }));
  }
}
