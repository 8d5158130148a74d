/** The reasons that people read: what, for how long, how much, and of which partition. Pure text. */

/** 1234567 as 1,234,567: the same on every machine, and without Intl's cost for thousands of reasons. */
export function countText(count: number): string {
  const digits = String(Math.round(Math.abs(count)));
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return count < 0 && grouped !== '0' ? `-${grouped}` : grouped;
}

export function recordsText(count: number): string {
  return Math.round(count) === 1 ? '1 record' : `${countText(count)} records`;
}

/** In one unit, rounded down: 50 s, 12 min, 3 h, 2 days. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return `${String(seconds)} s`;
  if (seconds < 7_200) return `${String(Math.floor(seconds / 60))} min`;
  if (seconds < 172_800) return `${String(Math.floor(seconds / 3_600))} h`;
  return `${String(Math.floor(seconds / 86_400))} days`;
}

export function rateText(perSecond: number): string {
  return perSecond >= 10 ? `${countText(perSecond)} records/s` : `${perSecond.toPrecision(2)} records/s`;
}

export function timeText(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function partitionText(topic: string, partition: number): string {
  return `partition ${String(partition)} of ${topic}`;
}
