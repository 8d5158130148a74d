/**
 * Gets a snapshot from the leader piece by piece (FetchSnapshot, KIP-630) into a file that has no name yet. It is
 * looked through before the quorum core hears of it: what is damaged is thrown away and asked for again.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Disk } from '../../platform/platform.ts';
import type { MetadataSnapshotId } from './metadata-log.ts';
import type { QuorumDriver } from './quorum-driver.ts';
import { partPath, readSnapshot, SnapshotPart } from './snapshot-files.ts';
import type { VoterClient } from './voter-client.ts';

export interface SnapshotFetchOptions {
  readonly disk: Disk;
  readonly logger: Logger;
  readonly directory: string;
  readonly client: VoterClient;
  /** Is told of each piece, which says that the leader is alive, and of the end. */
  readonly driver: QuorumDriver;
}

const PIECE_BYTES = 1_048_576;

/** One at a time, and only what was asked for last: an earlier one gives up at its next piece, and is not heard of. */
export class SnapshotFetches {
  readonly #options: SnapshotFetchOptions;
  #attempts = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SnapshotFetchOptions) {
    this.#options = options;
  }

  fetch(leaderId: number, epoch: number, id: MetadataSnapshotId): void {
    const attempt = ++this.#attempts;
    this.#running = this.#running.then(() => this.#try(attempt, leaderId, epoch, id));
  }

  async #try(attempt: number, leaderId: number, epoch: number, id: MetadataSnapshotId): Promise<void> {
    const { driver } = this.#options;
    const isWanted = (): boolean => {
      return attempt === this.#attempts && !driver.isHalted && driver.status.epoch === epoch;
    };
    const isWhole = await this.#fetch(leaderId, epoch, id, isWanted);
    if (attempt !== this.#attempts) return;
    driver.input((quorum, nowMs) => {
      if (isWhole) quorum.snapshotFetched(id, nowMs);
      else quorum.snapshotFailed(id, nowMs);
    });
  }

  /** True when the whole snapshot lies under its part's name, forced to the device. Never rejects. */
  async #fetch(
    leaderId: number,
    epoch: number,
    id: MetadataSnapshotId,
    isWanted: () => boolean,
  ): Promise<boolean> {
    const { disk, directory, logger, driver } = this.#options;
    let part: SnapshotPart | null = null;
    try {
      if (!isWanted()) return false;
      part = new SnapshotPart(disk, directory, id);
      logger.info(`Getting the snapshot at offset ${String(id.offset)} from controller ${String(leaderId)}.`);
      for (let sizeBytes = Infinity; part.sizeBytes < sizeBytes;) {
        const piece = await this.#piece(leaderId, epoch, id, part.sizeBytes);
        if (!isWanted()) throw new Error('it is no longer wanted');
        part.add(piece.bytes);
        sizeBytes = piece.sizeBytes;
        driver.input((quorum, nowMs) => {
          quorum.snapshotProgressed(epoch, nowMs);
        });
      }
      await part.finish();
      for (const batch of readSnapshot(disk, partPath(directory, id))) void batch;
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(`The snapshot at offset ${String(id.offset)} could not be had: ${reason}`);
      discard(part);
      return false;
    }
  }

  async #piece(
    leaderId: number,
    epoch: number,
    id: MetadataSnapshotId,
    position: number,
  ): Promise<{ readonly sizeBytes: number; readonly bytes: Buffer }> {
    const { client } = this.#options;
    const response = await client.fetchSnapshot(leaderId, epoch, id, { position, maxBytes: PIECE_BYTES });
    if (response === null) throw new Error('the controller did not answer');
    const answer = response.topics[0]?.partitions[0];
    const errorCode = response.errorCode === ErrorCode.NONE ? (answer?.errorCode ?? -1) : response.errorCode;
    if (errorCode !== ErrorCode.NONE || answer === undefined) throw new Error(`error ${String(errorCode)}`);
    const { unalignedRecords: bytes } = answer;
    if (Number(answer.position) !== position || bytes.length === 0) throw new Error('a piece is missing');
    return { sizeBytes: Number(answer.size), bytes };
  }
}

function discard(part: SnapshotPart | null): void {
  try {
    part?.discard();
  } catch {
    // The next attempt writes over it, and the next start removes it.
  }
}
