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

type Shape = NonNullable<CellLook['shape']>;

/** Corners of the shapes, from the left and from above, as parts of the cell. */
export const shapePoints: Readonly<Record<Shape, readonly (readonly [number, number])[]>> = {
  'cut-corner': [
    [0, 0],
    [1, 0],
    [1, 0.55],
    [0.55, 1],
    [0, 1],
  ],
  'cross-cut': [
    [0, 0],
    [0.42, 0],
    [0.42, 0.42],
    [0.58, 0.42],
    [0.58, 0],
    [1, 0],
    [1, 1],
    [0.58, 1],
    [0.58, 0.58],
    [0.42, 0.58],
    [0.42, 1],
    [0, 1],
  ],
};

const polygonOf = (shape: Shape): string =>
  `polygon(${shapePoints[shape].map(([x, y]) => `${x * 100}% ${y * 100}%`).join(', ')})`;

/** The same shapes for marks that are elements, in legends. */
export const shapePaths: Readonly<Record<Shape, string>> = {
  'cut-corner': polygonOf('cut-corner'),
  'cross-cut': polygonOf('cross-cut'),
};
