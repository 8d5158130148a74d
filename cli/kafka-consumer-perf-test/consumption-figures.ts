/**
 * How quickly records were read, as ConsumerPerformance of Apache Kafka 4.3.1 counts and prints it: one line for all, or one for each
 * interval. Times are epoch ms, whole as Java's. Pure.
 */
import { javaFixed } from '../kafka-tool/java-double.ts';

const BYTES_OF_MB = 1_048_576;
const COLUMNS =
  'data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec';

export function headerLine(isDetailed: boolean): string {
  return `${isDetailed ? 'time, threadId' : 'start.time, end.time'}, ${COLUMNS}`;
}

export interface FiguresSettings {
  readonly isDetailed: boolean;
  readonly reportingIntervalMs: number;
  readonly formatDate: (epochMs: number) => string;
}

export class ConsumptionFigures {
  records = 0;
  bytes = 0;
  readonly #settings: FiguresSettings;
  readonly #print: (line: string) => void;
  readonly #startMs: number;
  #joinMs = 0;
  #joinStartMs: number;
  #reportedMs: number;
  #reported = { records: 0, bytes: 0, joinMs: 0 };

  constructor(settings: FiguresSettings, startMs: number, print: (line: string) => void) {
    this.#settings = settings;
    this.#print = print;
    this.#startMs = startMs;
    this.#joinStartMs = startMs;
    this.#reportedMs = startMs;
  }

  revoked(atMs: number): void {
    this.#joinStartMs = atMs;
  }

  assigned(atMs: number): void {
    this.#joinMs += atMs - this.#joinStartMs;
  }

  /** One record of a poll that ended at `atMs`. */
  read(bytes: number, atMs: number): void {
    this.records += 1;
    this.bytes += bytes;
    if (atMs - this.#reportedMs < this.#settings.reportingIntervalMs) return;
    if (this.#settings.isDetailed) this.#print(this.#intervalLine(atMs));
    this.#reportedMs = atMs;
    this.#reported = { records: this.records, bytes: this.bytes, joinMs: this.#joinMs };
  }

  /** Of the whole run. */
  totalLine(endMs: number): string {
    const { formatDate } = this.#settings;
    const elapsedMs = endMs - this.#startMs;
    const fetchMs = elapsedMs - this.#joinMs;
    const mb = this.bytes / BYTES_OF_MB;
    return [
      ...[formatDate(this.#startMs), formatDate(endMs)],
      ...[javaFixed(mb, 4), javaFixed(mb / (elapsedMs / 1_000), 4)],
      ...[String(this.records), javaFixed(this.records / (elapsedMs / 1_000), 4)],
      ...[String(this.#joinMs), String(fetchMs)],
      ...[javaFixed(mb / (fetchMs / 1_000), 4), javaFixed(this.records / (fetchMs / 1_000), 4)],
    ].join(', ');
  }

  #intervalLine(atMs: number): string {
    const elapsedMs = atMs - this.#reportedMs;
    const joinMs = this.#joinMs - this.#reported.joinMs;
    const fetchMs = elapsedMs - joinMs;
    const mb = (this.bytes - this.#reported.bytes) / BYTES_OF_MB;
    const records = this.records - this.#reported.records;
    const perSecond = (amount: number, ms: number): string =>
      javaFixed(ms <= 0 ? 0 : (1_000 * amount) / ms, 4);
    return [
      ...[this.#settings.formatDate(atMs), '0', javaFixed(this.bytes / BYTES_OF_MB, 4)],
      ...[perSecond(mb, elapsedMs), String(this.records), perSecond(records, elapsedMs)],
      ...[String(joinMs), String(fetchMs), perSecond(mb, fetchMs), perSecond(records, fetchMs)],
    ].join(', ');
  }
}
