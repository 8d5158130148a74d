/**
 * Subscriptions by regular expression (KIP-848): which topics a pattern stands for. A pattern matches the whole name, as
 * in Kafka. It is run as a set of states that moves along the name (Thompson 1968), so the time is that of its size times
 * the length, whatever it says; JavaScript's own expressions go back and could be made to take for ever. Size and
 * steps are limited, because a client chooses the pattern and the coordinator has one thread.
 */
import { isWord, type CodeTest } from './pattern-classes.ts';
import { parsePattern, PatternError, type PatternNode, type Position } from './pattern-syntax.ts';

/** States of one pattern. */
export const MAX_PATTERN_STATES = 5_000;
/** What looking through all topics may take: a few tenths of a second on a slow machine. */
export const MAX_MATCH_STEPS = 5_000_000;

type State =
  | { readonly kind: 'character'; readonly test: CodeTest; readonly next: number }
  | { readonly kind: 'position'; readonly position: Position; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'match' };

export interface StepBudget {
  steps: number;
}

export class TopicPattern {
  readonly #states: State[] = [{ kind: 'match' }];
  readonly #start: number;
  /** By state: where in the text it was last reached, so that it is entered once a place. */
  readonly #reachedAt: Int32Array;

  /** Throws PatternError. */
  constructor(text: string) {
    const node = parsePattern(text);
    if (sizeOf(node) > MAX_PATTERN_STATES) throw new PatternError('expression too large');
    this.#start = this.#build(node, 0);
    this.#reachedAt = new Int32Array(this.#states.length);
  }

  /** Null: the budget is used up. */
  matches(name: string, budget: StepBudget): boolean | null {
    const codes = [...name].map((character) => character.codePointAt(0) ?? 0);
    this.#reachedAt.fill(-1);
    let current: number[] = [];
    this.#enter(this.#start, codes, 0, current, budget);
    for (const [index, code] of codes.entries()) {
      const following: number[] = [];
      for (const id of current) {
        const state = this.#states[id];
        budget.steps -= 1;
        if (state?.kind === 'character' && state.test(code))
          this.#enter(state.next, codes, index + 1, following, budget);
      }
      if (budget.steps < 0) return null;
      if (following.length === 0) return false;
      current = following;
    }
    return current.includes(0);
  }

  /** Adds the state, and those that are reached from it without a character. */
  #enter(start: number, codes: readonly number[], at: number, into: number[], budget: StepBudget): void {
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (this.#reachedAt[id] === at) continue;
      this.#reachedAt[id] = at;
      budget.steps -= 1;
      const state = this.#states[id];
      if (state?.kind === 'fork') open.push(...state.next);
      else if (state?.kind === 'position') {
        if (isAt(state.position, codes, at)) open.push(state.next);
      } else into.push(id);
    }
  }

  #add(state: State): number {
    this.#states.push(state);
    return this.#states.length - 1;
  }

  /** Makes the states of the node, which go on to `next`; gives the first of them. */
  #build(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.#add({ kind: 'character', test: node.test, next });
      case 'position':
        return this.#add({ kind: 'position', position: node.position, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#build(part, after), next);
      case 'choice':
        return this.#add({ kind: 'fork', next: node.parts.map((part) => this.#build(part, next)) });
      case 'repeat':
        return this.#buildRepeat(node, next);
    }
  }

  #buildRepeat({ of, min, max }: PatternNode & { kind: 'repeat' }, next: number): number {
    let first = next;
    if (max === null) {
      const exits = [next];
      first = this.#add({ kind: 'fork', next: exits });
      exits.push(this.#build(of, first));
    } else {
      for (let count = min; count < max; count++)
        first = this.#add({ kind: 'fork', next: [next, this.#build(of, first)] });
    }
    for (let count = 0; count < min; count++) first = this.#build(of, first);
    return first;
  }
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'character':
    case 'position':
      return 1;
    case 'sequence':
    case 'choice':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case 'repeat':
      // Each time with its fork; an empty inside costs that, too.
      return 1 + (sizeOf(node.of) + 1) * Math.max(1, node.min, node.max ?? node.min + 1);
  }
}

function isAt(position: Position, codes: readonly number[], at: number): boolean {
  const before = codes[at - 1];
  const after = codes[at];
  const isEdge = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
  switch (position) {
    case 'text-start':
      return before === undefined;
    case 'text-end':
      return after === undefined;
    case 'line-start':
      return before === undefined || before === 10;
    case 'line-end':
      return after === undefined || after === 10;
    case 'word-edge':
      return isEdge;
    case 'no-word-edge':
      return !isEdge;
  }
}

/** What is wrong with a pattern, or null. */
export function patternFault(text: string): string | null {
  try {
    new TopicPattern(text);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** The names that match; null when there are too many for a pattern like this. The pattern must be a valid one. */
export function topicsMatching(text: string, names: Iterable<string>): ReadonlySet<string> | null {
  const pattern = new TopicPattern(text);
  const budget = { steps: MAX_MATCH_STEPS };
  const found = new Set<string>();
  for (const name of names) {
    const isMatch = pattern.matches(name, budget);
    if (isMatch === null) return null;
    if (isMatch) found.add(name);
  }
  return found;
}
