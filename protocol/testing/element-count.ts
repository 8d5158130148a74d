/** How many list elements a decoded message has, at all depths: what the limits on a message count. */
export function elementCount(value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce((sum: number, element) => sum + 1 + elementCount(element), 0);
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  return Object.values(value).reduce((sum: number, member) => sum + elementCount(member), 0);
}
