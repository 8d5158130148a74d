/**
 * How quickly records were written, as ProducerPerformance of Apache Kafka 4.3.1 counts and prints it: a line for each interval, and
 * one for all with percentiles of up to 500,000 samples that are taken evenly. Times are epoch ms, whole as Java's. Pure.
 */
import { javaFixed } from '../kafka-tool/java-double.ts';

const SAMPLES_MAX = 500_000;
const BYTES_OF_MB = 1_048_576;
const PERCENTILES = [0.5, 0.95, 0.99, 0.999];

export interface FiguresSettings {
  /** How many are expected. */
  readonly records: number;
  readonly reportingIntervalMs: number;
  readonly isSteadyState: boolean;
}

export class LatencyFigures {
  /** No lines for intervals any more. */
  isQuiet = false;
  readonly #settings: FiguresSettings;
  readonly #nowMs: () => number;
  readonly #print: (line: string) => void;
  readonly #startMs: number;
  readonly #latencies: Int32Array;
  readonly #everyNth: number;
  #samples = 0;
  #all = noFigures();
  #window = noFigures();
  #windowStartMs: number;

  constructor(settings: FiguresSettings, nowMs: () => number, print: (line: string) => void) {
    this.#settings = settings;
    this.#nowMs = nowMs;
    this.#print = print;
    this.#startMs = nowMs();
    this.#windowStartMs = this.#startMs;
    this.#everyNth = Math.floor(settings.records / Math.min(settings.records, SAMPLES_MAX));
    this.#latencies = new Int32Array(Math.floor(settings.records / this.#everyNth) + 1);
  }

  record(latencyMs: number, bytes: number, atMs: number): void {
    if (this.#all.count % this.#everyNth === 0 && this.#samples < this.#latencies.length) {
      this.#latencies[this.#samples] = latencyMs;
      this.#samples += 1;
    }
    for (const figures of [this.#all, this.#window]) {
      figures.count += 1;
      figures.bytes += bytes;
      figures.latencyMs += latencyMs;
      figures.latencyMaxMs = Math.max(figures.latencyMaxMs, latencyMs);
    }
    if (atMs - this.#windowStartMs < this.#settings.reportingIntervalMs) return;
    if (this.#settings.isSteadyState && this.#all.count === this.#window.count)
      this.#print('In steady state.');
    if (!this.isQuiet) this.#print(this.#windowLine());
    this.#windowStartMs = this.#nowMs();
    this.#window = noFigures();
  }

  totalLine(): string {
    const { count, latencyMs, latencyMaxMs } = this.#all;
    const [perSecond, mbPerSecond] = rates(this.#all, this.#nowMs() - this.#startMs);
    const sorted = this.#latencies.subarray(0, this.#samples).sort();
    const percentiles = PERCENTILES.map((part) => sorted[Math.floor(part * sorted.length)] ?? 0);
    const [p50, p95, p99, p999] = percentiles.map(String);
    const subject = `${String(count)}${this.#settings.isSteadyState ? ' steady state' : ''} records sent`;
    const speed = `${javaFixed(perSecond, 6)} records/sec (${javaFixed(mbPerSecond, 2)} MB/sec)`;
    return `${subject}, ${speed}, ${javaFixed(latencyMs / count, 2)} ms avg latency, ${javaFixed(latencyMaxMs, 2)} ms max latency, ${p50 ?? ''} ms 50th, ${p95 ?? ''} ms 95th, ${p99 ?? ''} ms 99th, ${p999 ?? ''} ms 99.9th.`;
  }

  #windowLine(): string {
    const { count, latencyMs, latencyMaxMs } = this.#window;
    const [perSecond, mbPerSecond] = rates(this.#window, this.#nowMs() - this.#windowStartMs);
    const speed = `${javaFixed(perSecond, 1)} records/sec (${javaFixed(mbPerSecond, 2)} MB/sec)`;
    return `${String(count)} records sent, ${speed}, ${javaFixed(latencyMs / count, 1)} ms avg latency, ${javaFixed(latencyMaxMs, 1)} ms max latency.`;
  }
}

interface Figures {
  count: number;
  bytes: number;
  latencyMs: number;
  latencyMaxMs: number;
}

const noFigures = (): Figures => ({ count: 0, bytes: 0, latencyMs: 0, latencyMaxMs: 0 });

/** Records and MB in a second. */
function rates({ count, bytes }: Figures, elapsedMs: number): readonly [number, number] {
  return [(1_000 * count) / elapsedMs, (1_000 * bytes) / elapsedMs / BYTES_OF_MB];
}
