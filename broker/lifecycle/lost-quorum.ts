/**
 * Notices that nobody is left who could let a stopping broker go: so many controllers refuse connections that the others
 * are no majority. Refused means that the machine answers and no process listens, so waiting helps only if somebody
 * starts one; a controller that merely does not answer may answer yet, and is waited for.
 *
 * Nothing depends on this being right: who stops without having handed over is missed by the others, as if it had died.
 */
import { majorityOf } from '../controller/quorum/quorum-rules.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import { type NodeAddress, TransportError } from '../platform/transport.ts';

export interface LostQuorumOptions {
  readonly platform: Pick<Platform, 'timers' | 'transport'>;
  readonly nodeId: number;
  readonly voters: readonly (NodeAddress & { readonly id: number })[];
  readonly onLost: (refusing: readonly number[]) => void;
}

const ROUND_MS = 100;
/** One that is being restarted may listen again in a moment. */
const ROUNDS_IN_A_ROW = 3;
const CONNECT_TIMEOUT_MS = 1_000;

/** Looks until it is lost, which is told once. Returns what ends it. */
export function watchForLostQuorum(options: LostQuorumOptions): () => void {
  const { platform, nodeId, voters, onLost } = options;
  const others = voters.filter(({ id }) => id !== nodeId);
  let isOver = false;
  let cancel: CancelTimer = () => undefined;
  let lostRounds = 0;
  const look = async (): Promise<void> => {
    const refusals = await Promise.all(others.map((voter) => isRefused(voter, platform)));
    if (isOver) return;
    const refusing = others.filter((_, index) => refusals[index]).map(({ id }) => id);
    const isLost = voters.length - refusing.length < majorityOf(voters.length);
    lostRounds = isLost ? lostRounds + 1 : 0;
    if (lostRounds === ROUNDS_IN_A_ROW) return onLost(refusing);
    cancel = platform.timers.after(ROUND_MS, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}

async function isRefused(
  address: NodeAddress,
  { transport }: LostQuorumOptions['platform'],
): Promise<boolean> {
  try {
    const connection = await transport.connect(address, {
      ...{ to: 'controller', clientId: 'quorum-watch', timeoutMs: CONNECT_TIMEOUT_MS },
    });
    connection.close();
    return false;
  } catch (error) {
    return error instanceof TransportError && error.fault === 'refused';
  }
}
