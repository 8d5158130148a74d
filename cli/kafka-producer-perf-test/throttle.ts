/** How long to wait so that no more than so many records go out in a second. Pure. */

/** Shorter waits cost more than they are worth; they come together. */
const WAIT_MIN_MS = 2;
/** Of nothing at all: until the command is ended. */
const FOR_EVER_MS = 0x7fff_ffff;

/** `sent` records are out after `elapsedMs`; `perSecond` below 0 is no limit. */
export function waitMsFor(sent: number, elapsedMs: number, perSecond: number): number {
  if (perSecond < 0) return 0;
  if (perSecond === 0) return FOR_EVER_MS;
  const waitMs = (sent / perSecond) * 1_000 - elapsedMs;
  return waitMs < WAIT_MIN_MS ? 0 : Math.min(waitMs, FOR_EVER_MS);
}
