/** One measured value on a line of its own. */
export function figure(what: string, value: string): void {
  console.log(`${what.padEnd(64)} ${value}`);
}

/** The value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((left, right) => left - right),
    0.5,
  );
}

export function megabytesPerSecond(bytes: number, seconds: number): string {
  return `${Math.round(bytes / seconds / 1e6).toLocaleString('en')} MB/s`;
}
