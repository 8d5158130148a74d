/**
 * `quorum-state`: what a member of the metadata quorum must not forget in a crash (Kafka's FileQuorumStateStore, data version
 * 1). It is replaced as a whole, so it is the old one or the new one; one that makes no sense is damage, and a voter
 * whose vote is unknown must not vote.
 *
 * `isJoining` is ours: a voter on a new disk that has not got back yet what its old one may have acknowledged.
 */
import type { Disk } from '../../platform/platform.ts';
import { StartFailure } from '../../start-failure.ts';
import type { ElectionState } from '../quorum/quorum-effects.ts';

export const QUORUM_STATE_FILE = 'quorum-state';
/** Voters have no directory ids while they are fixed by `controller.quorum.voters`. */
export const NO_DIRECTORY_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const DATA_VERSION = 1;
const NOBODY = -1;

export interface StoredQuorumState {
  readonly election: ElectionState;
  readonly isJoining: boolean;
}

/** Null when there is none. Throws DiskError, or StartFailure about a damaged one. */
export function readQuorumState(disk: Disk, path: string): StoredQuorumState | null {
  if (!disk.exists(path)) return null;
  const state = parse(disk.readFile(path).toString('utf8'));
  if (state !== null) return state;
  throw new StartFailure(
    `${path} is damaged, so this controller no longer knows whom it voted for: restore the file, or move the log directory away, and the controller gets its data from the others.`,
  );
}

export async function writeQuorumState(disk: Disk, path: string, state: StoredQuorumState): Promise<void> {
  const { epoch, leaderId, votedId } = state.election;
  const content = {
    leaderId: leaderId ?? NOBODY,
    leaderEpoch: epoch,
    votedId: votedId ?? NOBODY,
    votedDirectoryId: NO_DIRECTORY_ID,
    ...(state.isJoining ? { isJoining: true } : {}),
    data_version: DATA_VERSION,
  };
  await disk.replaceFile(path, Buffer.from(JSON.stringify(content)));
}

function parse(text: string): StoredQuorumState | null {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null) return null;
    const { leaderId, leaderEpoch, votedId, isJoining } = content as Record<string, unknown>;
    if (!isId(leaderId) || !isId(votedId) || !isId(leaderEpoch) || leaderEpoch < 0) return null;
    const election = { epoch: leaderEpoch, leaderId: idOrNull(leaderId), votedId: idOrNull(votedId) };
    return { election, isJoining: isJoining === true };
  } catch {
    return null;
  }
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= NOBODY;
}

function idOrNull(id: number): number | null {
  return id === NOBODY ? null : id;
}
