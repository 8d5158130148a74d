/**
 * How a voter on a new disk gets its vote back. Its old disk may have held the only second copy of a record that is
 * committed, so until it has that again it fetches as an observer and nobody counts it.
 *
 * It asks the other voters, again and again, in which epoch they are and who leads it. When so many of the others that they are
 * a majority of all voters name one leader and epoch, then no newer leader was ever elected with the vote of the old disk:
 * that election would have needed one of them. That leader has all that is committed, and has said how far that goes
 * once a record of its own epoch is committed. A voter that has caught up to there has forgotten nothing that counts.
 *
 * Others that join do not count. When so many do that no majority is left, only a person can help: the log says how.
 */
import { majorityOf } from '../quorum/quorum-rules.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import type { FetchAnswer, FetchRequest } from '../quorum/quorum-messages.ts';
import type { MetadataStorage } from './metadata-storage.ts';
import type { QuorumDriver } from './quorum-driver.ts';
import type { VoterClient } from './voter-client.ts';

export interface JoiningOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly driver: QuorumDriver;
  readonly storage: MetadataStorage;
  readonly localId: number;
  readonly voterIds: readonly number[];
  /** Its own: on a connection that also fetches, a question would be answered after a Fetch that waits for news. */
  readonly client: VoterClient;
}

const ROUND_MS = 50;
const SAY_EVERY_MS = 10_000;
/** No epoch: a Fetch in it changes nothing, and is answered with the epoch and the leader that there are. */
const NO_EPOCH = -1;

export class Joining {
  readonly #options: JoiningOptions;
  #cancel: CancelTimer | null = null;
  #isStopped = false;
  #saidMs = -Infinity;
  #isDone: () => void = () => undefined;
  /** Resolves when this voter votes. */
  readonly done = new Promise<void>((resolve) => (this.#isDone = resolve));

  constructor(options: JoiningOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#options.client.close();
  }

  async #round(): Promise<void> {
    const { platform, localId, voterIds } = this.#options;
    const others = voterIds.filter((id) => id !== localId);
    const answers = new Map<number, FetchAnswer<Buffer>>();
    const joining: number[] = [];
    await Promise.all(
      others.map(async (id) => {
        const answer = await this.#options.client.fetchUnlessNew(id, this.#question());
        if (answer === 'joins') joining.push(id);
        else if (answer !== null) answers.set(id, answer);
      }),
    );
    if (this.#isStopped) return;
    if (this.#hasAll(answers)) {
      this.#options.logger.info('This controller has got back what its quorum agreed on, and votes again.');
      this.#options.client.close();
      await this.#options.driver.becomeVoter();
      return this.#isDone();
    }
    this.#say(answers, joining);
    this.#cancel = platform.timers.after(ROUND_MS, () => void this.#round());
  }

  #question(): FetchRequest {
    const nothing = { fetchOffset: 0, lastFetchedEpoch: 0, highWatermark: 0, maxWaitMs: 0 };
    return { kind: 'fetch', epoch: NO_EPOCH, replicaId: this.#options.localId, ...nothing };
  }

  #hasAll(answers: ReadonlyMap<number, FetchAnswer<Buffer>>): boolean {
    const { driver, storage, voterIds } = this.#options;
    const { role, epoch, leaderId, highWatermark } = driver.status;
    if (role !== 'follower' || leaderId === null) return false;
    const agreeing = [...answers.values()].filter((answer) => {
      return answer.epoch === epoch && answer.leaderId === leaderId;
    });
    const goal = answers.get(leaderId)?.highWatermark;
    if (agreeing.length < majorityOf(voterIds.length) || goal === undefined) return false;
    return highWatermark >= goal && storage.epochBefore(goal) === epoch;
  }

  #say(answers: ReadonlyMap<number, FetchAnswer<Buffer>>, joining: readonly number[]): void {
    const { platform, logger, voterIds, localId } = this.#options;
    const nowMs = platform.clock.monotonicMs();
    if (nowMs - this.#saidMs < SAY_EVERY_MS) return;
    this.#saidMs = nowMs;
    if (voterIds.length - 1 - joining.length < majorityOf(voterIds.length)) {
      logger.warn(tooManyNewDisks(voterIds, [localId, ...joining]));
      return;
    }
    const silent = voterIds.filter((id) => id !== localId && !answers.has(id));
    const waits =
      silent.length === 0 ? 'for their agreement on a leader' : `for controller ${silent.join(', ')}`;
    logger.info(
      `The disk of this controller is new: it does not vote before it has caught up. Waiting ${waits}.`,
    );
  }
}

function tooManyNewDisks(voterIds: readonly number[], newOnes: readonly number[]): string {
  const names = voterIds.filter((id) => newOnes.includes(id)).join(', ');
  const others = voterIds.filter((id) => !newOnes.includes(id)).join(', ');
  return (
    `The disks of controllers ${names} are new, and of ${String(voterIds.length)} voters ` +
    `${String(majorityOf(voterIds.length))} must still know what was agreed on: no leader can be elected. Put the old ` +
    `log directories of one of them back and start it again. If all of those are gone, let one of the others` +
    `${others === '' ? '' : ` (${others})`} go on alone, as "New disks" in docs/quorum.md says.`
  );
}
