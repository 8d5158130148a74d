/** What a producer counts of itself, as far as its own requests tell it. Pure. */
export class ProducerFigures {
  recordsSent = 0;
  recordsFailed = 0;
  recordsRepeated = 0;
  requests = 0;
  batchBytes = 0;
  batchBytesMax = 0;
  latencyMs = 0;
  latencyMsMax = 0;
  throttleMs = 0;
  throttleMsMax = 0;

  /** One request with one batch; `throttleMs` is how long the broker says that it wants to hear nothing. */
  answered(batchBytes: number, latencyMs: number, throttleMs: number): void {
    this.requests += 1;
    this.batchBytes += batchBytes;
    this.batchBytesMax = Math.max(this.batchBytesMax, batchBytes);
    this.latencyMs += latencyMs;
    this.latencyMsMax = Math.max(this.latencyMsMax, latencyMs);
    this.throttleMs += throttleMs;
    this.throttleMsMax = Math.max(this.throttleMsMax, throttleMs);
  }
}
