/**
 * Asks several who can all answer, one after another, and takes the first answer. The next one is asked when the one before
 * has failed, or has not answered for a while: a broker that hangs (stopped, cut off, overloaded) must not hold up what any
 * other can tell at once. Those that were asked too much are not called back; their answers are dropped.
 */
export interface Ask<Answer> {
  readonly ask: () => Promise<Answer>;
  /** Told when it failed, or when another one had to be asked because it took too long. */
  readonly doubt: () => void;
}

export interface Impatience<Answer> {
  readonly asks: readonly Ask<Answer>[];
  readonly nextAfterMs: number;
  /** Whether another one could do better: else the failure is the answer. */
  readonly mayAskNext: (error: unknown) => boolean;
}

/** Rejects with the last failure when all have failed. */
export function firstAnswer<Answer>({ asks, nextAfterMs, mayAskNext }: Impatience<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let waiting = 0;
    let timer: NodeJS.Timeout | undefined;
    const askNext = (): void => {
      clearTimeout(timer);
      const current = asks[next];
      if (current === undefined) return;
      next += 1;
      waiting += 1;
      timer = setTimeout(() => {
        current.doubt();
        askNext();
      }, nextAfterMs);
      current.ask().then(
        (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        (error: unknown) => {
          waiting -= 1;
          current.doubt();
          if (!mayAskNext(error) || (next >= asks.length && waiting === 0)) {
            clearTimeout(timer);
            next = asks.length;
            reject(error instanceof Error ? error : new Error(String(error)));
          } else askNext();
        },
      );
    };
    askNext();
  });
}
