/** A name from a part of the address. A part that is not valid percent-encoding stands for itself: it names nothing. */
export function nameOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
