/**
 * Cells of a partition strip by size: what is filled of a cell is to the whole cell as the partition is to the largest one of the strip. PURE.
 * A partition of which no size is known is hatched; an empty one has an empty cell.
 */
import { unknownLook, type CellLook } from './strip-looks.ts';

/** Null where no size is known. */
export function largestSize(sizes: Iterable<number | null>): number | null {
  let largest: number | null = null;
  for (const size of sizes) if (size !== null && (largest === null || size > largest)) largest = size;
  return largest;
}

/** `look` is that of its state, whose colour stays. */
export function sizedLook(look: CellLook, sizeBytes: number | null, largestBytes: number | null): CellLook {
  if (sizeBytes === null || largestBytes === null) return unknownLook;
  return { ...look, area: largestBytes === 0 ? 0 : sizeBytes / largestBytes };
}

const LEAST_PX = 2;

/** The side of what is filled of a cell with this side: whatever is not empty can be seen. */
export function filledSide(side: number, area: number): number {
  return area === 0 ? 0 : Math.min(side, Math.max(LEAST_PX, side * Math.sqrt(area)));
}
