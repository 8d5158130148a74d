/**
 * How the active controller writes: commands that wait are decided together, one after another, each against an image
 * that already holds the records of those before it; then all of them are appended at once, one batch a command, and
 * answered when that is committed. So a hundred commands cost one write to the disk and one exchange with the quorum,
 * and still each sees the world as if it ran alone (Kafka's QuorumController keeps such an image ahead of the log too).
 *
 * The next round is decided when the one before is a fact and this node's image holds it. That costs a wait and saves
 * every question about decisions that rest on decisions that did not come to be. One object serves one leadership: when
 * it is lost all commands under way are told that nobody knows their outcome, and the image ahead of the log is gone
 * with the object.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { CommandResult } from './command.ts';
import { ControllerUnavailable, notController } from './controller-unavailable.ts';
import type { MetadataImage } from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { type MetadataLog, MetadataLogFull, NotMetadataLeader } from './metadata-log/metadata-log.ts';
import { MAX_RECORDS_PER_COMMAND, type MetadataRecord } from './metadata-record.ts';
import { encodeRecord } from './record-codec.ts';

export interface CommandRoundsOptions {
  /** The leadership of the metadata log in which these commands are decided. */
  readonly epoch: number;
  readonly metadataLog: Pick<MetadataLog, 'append'>;
  /** All that is committed; the rounds rely on it when `append` has resolved. */
  readonly image: () => MetadataImage;
  readonly logger: Logger;
  /** The log broke its promises: this process must not write any more. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

/** Pure: the image it is given changes when it has returned. */
export type Decide<Response> = (image: MetadataImage) => CommandResult<Response>;

interface Command {
  readonly decide: Decide<unknown>;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface DecidedRound {
  readonly batches: Buffer[][];
  readonly answers: { readonly command: Command; readonly response: unknown }[];
}

/** Commands that may wait at one time; more are refused, so that a slow device cannot fill the memory. */
const MAX_WAITING_COMMANDS = 10_000;
/** A round ends with the command that reaches one of these, so that no round keeps the process from everything else. */
const MAX_COMMANDS_PER_ROUND = 1_000;
const MAX_RECORDS_PER_ROUND = 10_000;

export class CommandRounds {
  readonly #options: CommandRoundsOptions;
  #waiting: Command[] = [];
  #underWay: readonly Command[] = [];
  #working = false;
  #endedWith: ControllerUnavailable | null = null;

  constructor(options: CommandRoundsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the decision is committed and published on this node. Rejects with ControllerUnavailable, or with
   * what `decide` threw. `urgent` commands, which are the controller's own, are never refused for want of room.
   */
  run<Response>(decide: Decide<Response>, urgent = false): Promise<Response> {
    if (this.#endedWith !== null) return Promise.reject(this.#endedWith);
    if (!urgent && this.#waiting.length >= MAX_WAITING_COMMANDS) {
      const message = `${String(this.#waiting.length)} commands wait for the metadata log already.`;
      return Promise.reject(new ControllerUnavailable(ErrorCode.REQUEST_TIMED_OUT, message));
    }
    const result = new Promise<Response>((resolve, reject) => {
      this.#waiting.push({ decide, resolve: (response) => resolve(response as Response), reject });
    });
    if (!this.#working) {
      this.#working = true;
      void this.#work();
    }
    return result;
  }

  /** Everybody who waits is told; what is appended already may yet be committed. */
  end(reason: string): void {
    if (this.#endedWith !== null) return;
    this.#endedWith = notController(reason);
    const all = [...this.#underWay, ...this.#waiting];
    this.#waiting = [];
    this.#underWay = [];
    for (const { reject } of all) reject(this.#endedWith);
  }

  async #work(): Promise<void> {
    // Whoever asks in this very turn is in the first round too.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#round();
    this.#working = false;
  }

  async #round(): Promise<void> {
    const { batches, answers } = this.#decideRound();
    if (batches.length > 0) {
      this.#underWay = answers.map(({ command }) => command);
      try {
        await this.#options.metadataLog.append(this.#options.epoch, batches);
      } catch (error) {
        const failure = this.#appendFailed(error);
        for (const { reject } of this.#underWay) reject(failure);
        this.#underWay = [];
        return;
      }
      this.#underWay = [];
    }
    for (const { command, response } of answers) command.resolve(response);
  }

  #decideRound(): DecidedRound {
    const ahead = new ImageAhead(this.#options.image());
    const round: DecidedRound = { batches: [], answers: [] };
    let taken = 0;
    for (const command of this.#waiting) {
      if (taken >= MAX_COMMANDS_PER_ROUND || ahead.recordCount >= MAX_RECORDS_PER_ROUND) break;
      taken += 1;
      try {
        const result = command.decide(ahead.view());
        const batches = inBatches(result);
        ahead.take(result.records);
        round.batches.push(...batches);
        round.answers.push({ command, response: result.response });
      } catch (error) {
        this.#options.logger.error('A command of the controller failed before anything was written.', error);
        command.reject(error);
      }
    }
    this.#waiting = this.#waiting.slice(taken);
    return round;
  }

  #appendFailed(error: unknown): ControllerUnavailable {
    if (error instanceof NotMetadataLeader) {
      return notController('The leadership of the metadata log was lost.', error);
    }
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof MetadataLogFull) {
      this.#options.logger.warn(`A metadata change was refused: ${reason}`);
    } else {
      const message = `The metadata log cannot be written any more (${reason}); the process must be restarted.`;
      this.#options.logger.error(message, error);
      this.#options.onFatal(message, error);
    }
    const message = `The change could not be stored: ${reason}`;
    return new ControllerUnavailable(ErrorCode.KAFKA_STORAGE_ERROR, message, error);
  }
}

/** One batch a command, or several for a command that is right after any prefix of its records. */
function inBatches({ records, divisible }: CommandResult<unknown>): Buffer[][] {
  const values = records.map(encodeRecord);
  const step = divisible === true ? MAX_RECORDS_PER_COMMAND : Math.max(1, values.length);
  const batches: Buffer[][] = [];
  for (let from = 0; from < values.length; from += step) batches.push(values.slice(from, from + step));
  return batches;
}

/** What the image will be when this round is committed. */
class ImageAhead {
  readonly #base: MetadataImage;
  readonly #records: MetadataRecord[] = [];
  #builder: ImageBuilder;

  constructor(base: MetadataImage) {
    this.#base = base;
    this.#builder = new ImageBuilder(base);
  }

  get recordCount(): number {
    return this.#records.length;
  }

  view(): MetadataImage {
    return this.#builder.view();
  }

  /** All of the records or none of them: a decision that contradicts the image is a mistake, and its records are dropped. */
  take(records: readonly MetadataRecord[]): void {
    const first = this.#base.offset + 1 + this.#records.length;
    try {
      records.forEach((record, index) => this.#builder.replay(record, first + index));
    } catch (error) {
      this.#builder = new ImageBuilder(this.#base);
      this.#records.forEach((record, index) => this.#builder.replay(record, this.#base.offset + 1 + index));
      throw error;
    }
    this.#records.push(...records);
  }
}
