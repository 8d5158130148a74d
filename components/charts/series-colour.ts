/**
 * Which hue stands for whom. PURE. Colour means identity: broker 0 has one hue on every page, a group keeps its own
 * from chart to chart. Brokers take theirs from their id; named things from their name, moving to the next free hue
 * when a chart already shows somebody with the same one.
 */

export const HUES = 8;

export const seriesColour = (hue: number): string => `var(--series-${(hue % HUES) + 1})`;

export const brokerHue = (brokerId: number): number => ((brokerId % HUES) + HUES) % HUES;

function hashOf(name: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 16_777_619);
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A hue for each name of one chart: stable by name, distinct up to eight. */
export function huesOf(names: readonly string[]): Map<string, number> {
  const taken = new Set<number>();
  const hues = new Map<string, number>();
  for (const name of [...names].sort()) {
    let hue = hashOf(name) % HUES;
    for (let tried = 0; tried < HUES && taken.has(hue); tried += 1) hue = (hue + 1) % HUES;
    taken.add(hue);
    if (taken.size === HUES) taken.clear();
    hues.set(name, hue);
  }
  return hues;
}
