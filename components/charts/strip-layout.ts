/**
 * Where each cell of a partition strip stands, which one a point hits, and where keys move from one. PURE. Cells are as large as lets
 * the strip stay low, so that ten thousand partitions still fit one screen.
 */

export interface StripLayout {
  readonly count: number;
  readonly columns: number;
  readonly rows: number;
  /** Side of a cell and the way from one to the next, in CSS pixels. */
  readonly cell: number;
  readonly step: number;
  readonly height: number;
}

const SIZES: readonly { readonly cell: number; readonly gap: number }[] = [
  { cell: 16, gap: 3 },
  { cell: 12, gap: 2 },
  { cell: 9, gap: 2 },
  { cell: 6, gap: 1 },
];
/** Above this height smaller cells are taken, while there are any. */
const HEIGHT_GOAL = 160;

export function stripLayout(count: number, width: number): StripLayout {
  const layouts = SIZES.map(({ cell, gap }) => layoutOf(count, width, cell, gap));
  return layouts.find(({ height }) => height <= HEIGHT_GOAL) ?? layoutOf(count, width, 6, 1);
}

function layoutOf(count: number, width: number, cell: number, gap: number): StripLayout {
  const step = cell + gap;
  const columns = Math.max(1, Math.floor((width + gap) / step));
  const rows = Math.ceil(count / columns);
  return { count, columns, rows, cell, step, height: Math.max(0, rows * step - gap) };
}

/** The upper left corner of a cell. */
export function cellPlace({ columns, step }: StripLayout, index: number): { x: number; y: number } {
  return { x: (index % columns) * step, y: Math.floor(index / columns) * step };
}

/** The cell under a point, the gap after a cell counted to it; null where there is none. */
export function cellAt({ count, columns, rows, step }: StripLayout, x: number, y: number): number | null {
  const [column, row] = [Math.floor(x / step), Math.floor(y / step)];
  if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
  const index = row * columns + column;
  return index < count ? index : null;
}

/** Where a key leads from a cell, the first one from none; null for keys that do not move. The ends hold. */
export function cellAfterKey(
  { count, columns }: StripLayout,
  from: number | null,
  key: string,
): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -Infinity,
    End: Infinity,
  };
  const move = moves[key];
  if (move === undefined || count === 0) return null;
  if (from === null) return key === 'End' ? count - 1 : 0;
  // Up and down keep the column: where there is no cell above or below, one stays.
  const isAcross = Math.abs(move) === columns && columns > 1;
  const to = from + move;
  if (isAcross && (to < 0 || to >= count)) return Math.min(from, count - 1);
  return Math.max(0, Math.min(count - 1, to));
}
