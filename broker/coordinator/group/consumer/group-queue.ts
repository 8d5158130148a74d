/**
 * Lets one step at a time work on a consumer group: the next begins when it is known what became of the records of the
 * one before. So every decision rests on what is committed, and a record that was refused leaves no trace. Groups do not
 * wait for each other; what several of them write goes to the log together.
 */
import type { GroupContext } from '../group-context.ts';

type Work = (context: GroupContext) => void;

/** Steps of one group that may wait: every client has one heartbeat under way. */
const MAX_WAITING = 10_000;

export class GroupQueue {
  /** By group whose records are on their way: what waits for them. */
  readonly #waiting = new Map<string, Work[]>();

  isBusy(groupId: string): boolean {
    return this.#waiting.has(groupId);
  }

  /** Now, or as soon as it is the group's turn. False: too many wait. */
  run(groupId: string, context: GroupContext, work: Work): boolean {
    const waiting = this.#waiting.get(groupId);
    if (waiting === undefined) this.#do(groupId, context, work, []);
    else if (waiting.length >= MAX_WAITING) return false;
    else waiting.push(work);
    return true;
  }

  #do(groupId: string, context: GroupContext, work: Work, behind: Work[]): boolean {
    const { effects } = context;
    const before = effects.records.length;
    work(context);
    if (effects.records.length === before) return false;
    this.#waiting.set(groupId, behind);
    effects.settled.push({ kind: 'consumer-group-settled', groupId });
    return true;
  }

  /** The records of the step before are committed, or never will be. */
  settled(groupId: string, context: GroupContext): void {
    const waiting = this.#waiting.get(groupId) ?? [];
    this.#waiting.delete(groupId);
    for (let work = waiting.shift(); work !== undefined; work = waiting.shift())
      if (this.#do(groupId, context, work, waiting)) return;
  }
}
