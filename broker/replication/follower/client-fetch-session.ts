/**
 * The fetching side of a fetch session (KIP-227; Kafka's FetchSessionHandler): the leader remembers which partitions are
 * fetched, so that each request names only what has changed, and each answer only what has news. Pure.
 *
 * | the leader has          | next request                    | after a good answer           | after an error or a broken connection |
 * | ----------------------- | ------------------------------- | ----------------------------- | ------------------------------------- |
 * | no session of ours      | (0, 0): all, make one           | (its id, 1), or (0, 0) again  | (0, 0): all                           |
 * | session `id`, epoch `n` | (id, n): changed and forgotten  | (id, n + 1)                   | (id, 0): all, end that one, make one  |
 *
 * An answer of 70 (the leader forgot the session) leads to (0, 0). Epochs go from 2^31 - 1 to 1. What changes while a
 * request is under way goes into the next one.
 */
import { ErrorCode } from '../../../protocol/errors.ts';

const MAX_EPOCH = 0x7fff_ffff;

export interface SessionMember {
  /** The same for the same partition of the same topic id, and for no other. */
  readonly key: string;
  readonly topicId: string;
  readonly partition: number;
}

export interface SessionRequest<Member> {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  /** All members are named; otherwise those that changed. */
  readonly isFull: boolean;
  readonly named: readonly Member[];
  readonly forgotten: readonly { readonly topicId: string; readonly partition: number }[];
}

export class ClientFetchSession<Member extends SessionMember> {
  readonly #lastEpoch: number;
  #id = 0;
  #epoch = 0;
  /** In the order in which a full request names them: whoever was served last comes last. */
  readonly #members = new Map<string, Member>();
  readonly #changed = new Set<string>();
  /** What the leader's session names and is a member no more. */
  readonly #forgotten = new Map<string, SessionMember>();
  /** Named to the leader since the session began. */
  readonly #known = new Set<string>();

  constructor(lastEpoch: number = MAX_EPOCH) {
    this.#lastEpoch = lastEpoch;
  }

  get size(): number {
    return this.#members.size;
  }

  get(key: string): Member | undefined {
    return this.#members.get(key);
  }

  members(): Iterable<Member> {
    return this.#members.values();
  }

  /** A new member, or one of which the leader must be told something else. */
  set(member: Member): void {
    const { key } = member;
    this.#members.set(key, member);
    this.#changed.add(key);
    // A request that both names and forgets a partition forgets it.
    this.#forgotten.delete(key);
  }

  remove(key: string): void {
    const member = this.#members.get(key);
    if (member === undefined) return;
    this.#members.delete(key);
    this.#changed.delete(key);
    if (this.#known.has(key)) this.#forgotten.set(key, member);
  }

  /** It has had its share: a full request names all others before it. */
  served(member: Member): void {
    if (this.#members.delete(member.key)) this.#members.set(member.key, member);
  }

  next(): SessionRequest<Member> {
    const isFull = this.#epoch === 0;
    const named: Member[] = [];
    if (isFull) {
      this.#known.clear();
      named.push(...this.#members.values());
    } else {
      for (const key of this.#changed) {
        const member = this.#members.get(key);
        if (member !== undefined) named.push(member);
      }
    }
    const forgotten = isFull ? [] : [...this.#forgotten.values()];
    for (const { key } of forgotten) this.#known.delete(key);
    for (const { key } of named) this.#known.add(key);
    this.#changed.clear();
    this.#forgotten.clear();
    return { sessionId: this.#id, sessionEpoch: this.#epoch, isFull, named, forgotten };
  }

  /** An answer came whose own error is 0. */
  answered(sessionId: number): void {
    if (sessionId === 0) {
      this.#id = 0;
      this.#epoch = 0;
    } else if (this.#epoch === 0 || sessionId !== this.#id) {
      // A new session, or one that we did not ask for: then nobody knows what it holds.
      this.#epoch = this.#epoch === 0 ? 1 : 0;
      this.#id = sessionId;
    } else {
      this.#epoch = this.#epoch === this.#lastEpoch ? 1 : this.#epoch + 1;
    }
  }

  /** The answer as a whole was an error, or none came: the next request names all. */
  failed(errorCode: number | null): void {
    if (errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) this.#id = 0;
    this.#epoch = 0;
  }
}
