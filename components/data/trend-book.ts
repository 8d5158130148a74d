/**
 * The last hour of many rows, asked for together: of all that are watched at a moment with one question, once a scrolling has come to rest, and
 * again each minute while they are. What was told stays for who comes back. Knows neither React nor what is asked.
 *
 * Invariants:
 * - Nothing is asked while nobody watches, or twice at once; nothing again while it is held (paused, or out of sight).
 * - A question names at most what the contract allows, whatever stands in view: what is beyond comes with the next one.
 */
import { historyGroupsCharactersMax, historyGroupsMax } from '../../console/contracts/limits';

export interface Trend {
  /** None where nothing is recorded; null at a moment that has no value. */
  readonly points: readonly (readonly [atMs: number, value: number | null])[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Undefined until it was asked for. */
export type KnownTrend = Trend | 'failed' | undefined;

/** Names that are left out of the answer have no history. */
export type AskTrends = (names: readonly string[]) => Promise<ReadonlyMap<string, Trend>>;

/** Longer than between two turns of a wheel. */
export const REST_MS = 150;
export const EVERY_MS = 60_000;
/** What is remembered of rows that are out of view. */
const MOST_REMEMBERED = 2_000;

const noTrend: Trend = { points: [], fromMs: 0, toMs: 0 };

/** In questions of a size that an address holds. */
export function inQuestions(names: readonly string[]): string[][] {
  const questions: string[][] = [];
  let characters = Infinity;
  for (const name of names) {
    const adds = encodeURIComponent(JSON.stringify(name)).length + 3;
    const last = questions.at(-1);
    if (
      last === undefined ||
      last.length === historyGroupsMax ||
      characters + adds > historyGroupsCharactersMax
    ) {
      questions.push([name]);
      characters = adds;
    } else {
      last.push(name);
      characters += adds;
    }
  }
  return questions;
}

export class TrendBook {
  readonly #ask: AskTrends;
  readonly #isHeld: () => boolean;
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #known = new Map<string, Trend | 'failed'>();
  #rest: ReturnType<typeof setTimeout> | undefined;
  #rounds: ReturnType<typeof setInterval> | undefined;
  #isAsking = false;

  /** @param isHeld while it says so, what is known is not asked for again */
  constructor(ask: AskTrends, isHeld: () => boolean) {
    this.#ask = ask;
    this.#isHeld = isHeld;
  }

  of(name: string): KnownTrend {
    return this.#known.get(name);
  }

  /** `listener` is told when what is known of it changed. */
  watch(name: string, listener: () => void): () => void {
    const own = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, own.add(listener));
    this.#rounds ??= setInterval(() => {
      if (!this.#isAsking && !this.#isHeld()) void this.#askFor([...this.#watchers.keys()]);
    }, EVERY_MS);
    if (!this.#known.has(name)) this.#askAtRest();
    return () => {
      own.delete(listener);
      if (own.size > 0) return;
      this.#watchers.delete(name);
      if (this.#watchers.size > 0) return;
      clearTimeout(this.#rest);
      clearInterval(this.#rounds);
      this.#rounds = undefined;
    };
  }

  #askAtRest(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      if (this.#isAsking) this.#askAtRest();
      else void this.#askFor([...this.#watchers.keys()].filter((name) => !this.#known.has(name)));
    }, REST_MS);
  }

  async #askFor(names: readonly string[]): Promise<void> {
    this.#isAsking = true;
    for (const question of inQuestions(names)) {
      const told = await this.#ask(question).catch(() => null);
      for (const name of question) this.#learn(name, told === null ? null : (told.get(name) ?? noTrend));
    }
    this.#isAsking = false;
    this.#forget();
  }

  /** Null: it could not be asked, and what is known of it stays. */
  #learn(name: string, trend: Trend | null): void {
    if (trend === null && this.#known.has(name)) return;
    this.#known.delete(name);
    this.#known.set(name, trend ?? 'failed');
    for (const listener of this.#watchers.get(name) ?? []) listener();
  }

  #forget(): void {
    for (const name of this.#known.keys()) {
      if (this.#known.size <= MOST_REMEMBERED) return;
      if (!this.#watchers.has(name)) this.#known.delete(name);
    }
  }
}
