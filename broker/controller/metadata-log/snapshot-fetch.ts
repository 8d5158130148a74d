/**
 * Gets a snapshot from the leader piece by piece (FetchSnapshot, KIP-630) into a file that has no name yet. It is
 * looked through before the quorum core hears of it: what is damaged is thrown away and asked for again.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Disk } from '../../platform/platform.ts';
import type { MetadataSnapshotId } from './metadata-log.ts';
import { partPath, readSnapshot, SnapshotPart } from './snapshot-files.ts';
import type { VoterClient } from './voter-client.ts';

export interface SnapshotFetchOptions {
  readonly disk: Disk;
  readonly logger: Logger;
  readonly directory: string;
  readonly client: VoterClient;
  readonly nodeId: number;
  /** A piece came: the leader is alive. */
  readonly onProgress: () => void;
  /** False when the member has got another leader, or stopped: the rest is not wanted. */
  readonly isWanted: () => boolean;
}

const PIECE_BYTES = 1_048_576;

/** True when the whole snapshot lies under its part's name, forced to the device. Never rejects. */
export async function fetchSnapshot(
  leaderId: number,
  epoch: number,
  id: MetadataSnapshotId,
  options: SnapshotFetchOptions,
): Promise<boolean> {
  const { disk, directory, logger } = options;
  let part: SnapshotPart | null = null;
  try {
    part = new SnapshotPart(disk, directory, id);
    logger.info(`Getting the snapshot at offset ${String(id.offset)} from controller ${String(leaderId)}.`);
    for (let sizeBytes = Infinity; part.sizeBytes < sizeBytes;) {
      const piece = await fetchPiece(leaderId, epoch, id, part.sizeBytes, options);
      if (!options.isWanted()) throw new Error('it is no longer wanted');
      part.add(piece.bytes);
      sizeBytes = piece.sizeBytes;
      options.onProgress();
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

async function fetchPiece(
  leaderId: number,
  epoch: number,
  id: MetadataSnapshotId,
  position: number,
  { client }: SnapshotFetchOptions,
): Promise<{ readonly sizeBytes: number; readonly bytes: Buffer }> {
  const response = await client.fetchSnapshot(leaderId, epoch, id, { position, maxBytes: PIECE_BYTES });
  if (response === null) throw new Error('the controller did not answer');
  const answer = response.topics[0]?.partitions[0];
  const errorCode = response.errorCode === ErrorCode.NONE ? (answer?.errorCode ?? -1) : response.errorCode;
  if (errorCode !== ErrorCode.NONE || answer === undefined) throw new Error(`error ${String(errorCode)}`);
  const { unalignedRecords: bytes } = answer;
  if (Number(answer.position) !== position || bytes.length === 0) throw new Error('a piece is missing');
  return { sizeBytes: Number(answer.size), bytes };
}

function discard(part: SnapshotPart | null): void {
  try {
    part?.discard();
  } catch {
    // The next attempt writes over it, and the next start removes it.
  }
}
