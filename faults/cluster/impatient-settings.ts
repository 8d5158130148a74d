/** A cluster that notices within seconds what by default takes it up to half a minute, so that a test need not wait so long. */
export const IMPATIENT: readonly string[] = [
  'broker.session.timeout.ms=3000',
  'broker.heartbeat.interval.ms=500',
  'replica.lag.time.max.ms=3000',
  'controller.quorum.fetch.timeout.ms=1500',
  'controller.quorum.election.timeout.ms=500',
];

/** Longer than any of these and what follows from them takes. */
export const PAUSE_MS = 8_000;
