/**
 * How a cell of a partition strip looks: a colour token, how much of it, and for what is not well a shape of its own, so that the strip
 * reads without colour; by size also how much of the cell is filled. PURE.
 */
export type CellState = 'in-sync' | 'not-preferred' | 'under-replicated' | 'offline';

export interface CellLook {
  /** Null: nothing is known, which is hatched. */
  readonly token: string | null;
  readonly share: number;
  readonly shape?: 'cut-corner' | 'cross-cut';
  /** Which part of the cell's area is filled, 0 to 1 (strip-sizes.ts); without it all of it is. */
  readonly area?: number;
}

export const cellStates: readonly CellState[] = ['in-sync', 'not-preferred', 'under-replicated', 'offline'];

export const stateLooks: Readonly<Record<CellState, CellLook>> = {
  'in-sync': { token: '--ok-mark', share: 0.75 },
  'not-preferred': { token: '--ok-mark', share: 0.35 },
  'under-replicated': { token: '--warn-mark', share: 1, shape: 'cut-corner' },
  offline: { token: '--bad-mark', share: 1, shape: 'cross-cut' },
};

export const unknownLook: CellLook = { token: null, share: 1 };

/** The same shapes for marks that are elements: in legends, and in the small strips of tables. */
export const shapePaths: Readonly<Record<NonNullable<CellLook['shape']>, string>> = {
  'cut-corner': 'polygon(0 0, 100% 0, 100% 55%, 55% 100%, 0 100%)',
  'cross-cut':
    'polygon(0 0, 42% 0, 42% 42%, 58% 42%, 58% 0, 100% 0, 100% 100%, 58% 100%, 58% 58%, 42% 58%, 42% 100%, 0 100%)',
};
