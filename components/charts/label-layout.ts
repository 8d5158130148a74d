/**
 * Where the names at the ends of lines stand so that none covers another. PURE. Each wants the height of its line's end;
 * those too close are pushed apart, and the whole column is kept inside the plot.
 */
export function spreadLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed: number[] = [];
  let floor = top;
  for (const index of order) {
    const at = Math.max(floor, wanted[index] ?? 0);
    placed.push(at);
    floor = at + gap;
  }
  let ceiling = bottom;
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    placed[index] = Math.min(placed[index] ?? 0, ceiling);
    ceiling = (placed[index] ?? 0) - gap;
  }
  const out = new Array<number>(wanted.length).fill(0);
  order.forEach((index, rank) => {
    out[index] = placed[rank] ?? 0;
  });
  return out;
}
