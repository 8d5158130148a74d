/**
 * Which of many rows of one height are kept in the document: those in view and some around them, in steps, so that most frames of a slow
 * scrolling change nothing. PURE.
 */

/** Both ends belong to it. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

export interface View {
  /** How far the view's top is below the first row; negative while the rows begin further down. */
  readonly scrolledPx: number;
  readonly heightPx: number;
  readonly rowPx: number;
  readonly count: number;
  /** Rows kept on either side of the view, at least. */
  readonly around: number;
}

const STEP = 8;

export function rowsInView({ scrolledPx, heightPx, rowPx, count, around }: View): RowRange {
  const from = Math.floor(scrolledPx / rowPx) - around;
  const to = Math.floor((scrolledPx + heightPx) / rowPx) + around;
  return rowsThatAre(
    { first: Math.floor(from / STEP) * STEP, last: Math.ceil((to + 1) / STEP) * STEP - 1 },
    count,
  );
}

/** Of a range, what is there of it when rows have gone: at least the last row, while there is one. */
export function rowsThatAre({ first, last }: RowRange, count: number): RowRange {
  const end = Math.min(Math.max(last, 0), count - 1);
  return { first: Math.max(0, Math.min(first, end)), last: end };
}
