/** Which few cells stand for the partitions of a topic in a table. PURE. */
import type { CellState } from './strip-looks';

/** The states of a topic's partitions from their counts, worst first; more than `most` are drawn in proportion. */
export function cellsFromCounts(total: number, under: number, offline: number, most: number): CellState[] {
  const scale = total > most ? most / total : 1;
  const atLeastOne = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.round(count * scale)));
  const shown = Math.min(total, most);
  const offlineCells = Math.min(shown, atLeastOne(offline));
  const underCells = Math.min(shown - offlineCells, atLeastOne(Math.max(0, under - offline)));
  return [
    ...new Array<CellState>(offlineCells).fill('offline'),
    ...new Array<CellState>(underCells).fill('under-replicated'),
    ...new Array<CellState>(shown - offlineCells - underCells).fill('in-sync'),
  ];
}
