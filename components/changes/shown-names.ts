/** Which names of what a change is about are shown: the first few, all that are known once somebody asks; the rest is counted. PURE. */
const FIRST_NAMES = 5;

export interface ShownNames {
  readonly shown: readonly string[];
  /** How many are not shown. */
  readonly more: number;
  /** Whether some of those are known. */
  readonly isCut: boolean;
}

export function shownNames(names: readonly string[], count: number, isOpen: boolean): ShownNames {
  const shown = isOpen ? names : names.slice(0, FIRST_NAMES);
  return { shown, more: Math.max(0, count - shown.length), isCut: names.length > FIRST_NAMES };
}
