/**
 * The cells of a small strip as paths of SVG, one for all cells of a state: a row of a table costs as many elements as its topic has states, not as it
 * has partitions. PURE.
 */
import { shapePoints, stateLooks, type CellLook, type CellState } from './strip-looks.ts';

const WIDTH = 6;
const STEP = 8;
const ROUND = 1;
export const STRIP_PX = 12;

export interface StripPath {
  readonly state: CellState;
  readonly d: string;
}

export const stripWidthPx = (cells: number): number => Math.max(0, cells * STEP - (STEP - WIDTH));

const arc = (x: number, y: number): string => `a${ROUND} ${ROUND} 0 0 1 ${x} ${y}`;
const [across, down] = [WIDTH - 2 * ROUND, STRIP_PX - 2 * ROUND];
const roundedCell = `h${across}${arc(ROUND, ROUND)}v${down}${arc(-ROUND, ROUND)}h${-across}${arc(-ROUND, -ROUND)}v${-down}${arc(ROUND, -ROUND)}z`;

function cellAt(index: number, { shape }: CellLook): string {
  const x = index * STEP;
  if (shape === undefined) return `M${x + ROUND} 0${roundedCell}`;
  return `M${shapePoints[shape].map(([right, below]) => `${x + right * WIDTH} ${below * STRIP_PX}`).join('L')}z`;
}

export function stripPaths(states: readonly CellState[]): StripPath[] {
  const drawn = new Map<CellState, string>();
  states.forEach((state, index) => {
    drawn.set(state, (drawn.get(state) ?? '') + cellAt(index, stateLooks[state]));
  });
  return [...drawn].map(([state, d]) => ({ state, d }));
}
