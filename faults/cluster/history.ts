/**
 * What clients of a cluster under fault saw, in the order in which they saw it: every send, its outcome, every record read
 * and every end of a log that they were told. One history serves all checks, whatever was done to the cluster meanwhile.
 *
 * A record is known by its value, `producer:partition:number`, which is never sent twice under two numbers. An outcome that
 * is not an acknowledgement is `unknown` unless the broker said that it refused before it wrote.
 */
export interface RecordId {
  readonly producer: string;
  readonly partition: number;
  /** Rises by one with each record that this producer sends to this partition. */
  readonly number: number;
}

export interface Acknowledged extends RecordId {
  readonly offset: number;
  readonly atMs: number;
}

/** One reader's one look at one record. */
export interface Observed {
  readonly reader: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
}

export interface EndSeen {
  readonly partition: number;
  readonly startOffset: number;
  readonly endOffset: number;
  /** Asked and answered; two looks are comparable when one was answered before the other was asked. */
  readonly askedMs: number;
  readonly answeredMs: number;
}

export function valueOf({ producer, partition, number }: RecordId): string {
  return `${producer}:${String(partition)}:${String(number)}`;
}

export function idOf(value: string): RecordId | null {
  const match = /^([\w-]+):(\d+):(\d+)$/.exec(value);
  if (match?.[1] === undefined) return null;
  return { producer: match[1], partition: Number(match[2]), number: Number(match[3]) };
}

export class History {
  /** By producer and partition: how many were sent, so numbers below it. */
  readonly sent = new Map<string, number>();
  /** By producer and partition, and there by number: performance.now() when it was sent for the first time. */
  readonly #firstSentMs = new Map<string, number[]>();
  readonly acknowledged: Acknowledged[] = [];
  readonly observed: Observed[] = [];
  readonly ends: EndSeen[] = [];
  /** Values that a broker refused before it wrote anything of them. */
  readonly refused = new Set<string>();
  /** What a client could not explain to itself: a sequence that the broker has forgotten, an answer that makes no sense. */
  readonly complaints: string[] = [];

  noteSent({ producer, partition, number }: RecordId): void {
    const key = `${producer}:${String(partition)}`;
    this.sent.set(key, Math.max(this.sent.get(key) ?? 0, number + 1));
    const times = this.#firstSentMs.get(key) ?? [];
    if (times.length === 0) this.#firstSentMs.set(key, times);
    times[number] ??= performance.now();
  }

  /** From the first sending to the acknowledgement, of all that were acknowledged from the index on; in rising order, ms. */
  waits(from = 0): number[] {
    return this.acknowledged
      .slice(from)
      .map(({ producer, partition, number, atMs }) => {
        const times = this.#firstSentMs.get(`${producer}:${String(partition)}`);
        return atMs - (times?.[number] ?? atMs);
      })
      .sort((a, b) => a - b);
  }

  wasSent({ producer, partition, number }: RecordId): boolean {
    return number < (this.sent.get(`${producer}:${String(partition)}`) ?? 0);
  }
}
