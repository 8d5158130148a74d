/** One measured value on a line of its own. */
export function figure(what: string, value: string): void {
  console.log(`${what.padEnd(64)} ${value}`);
}

/** The value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
