/**
 * What every program of the shop shares: a kafkajs client that is quiet, and a loop that begins again when the broker
 * was away. A program runs until the signal ends it; any other end is an accident and is tried again.
 */
import { Kafka } from 'kafkajs';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { kafkajsLog } from './kafkajs-log.ts';

export interface Program {
  /** As it appears to the broker: its client id. */
  readonly name: string;
  /** Resolves when the signal is aborted and everything is closed, or when its work is done for good. */
  readonly run: (kafka: Kafka, signal: AbortSignal) => Promise<void>;
}

const firstPauseMs = 1_000;
const pauseMsMax = 15_000;

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function connect(name: string, bootstrap: string): Kafka {
  return new Kafka({
    ...kafkajsLog,
    clientId: name,
    brokers: bootstrap.split(','),
    connectionTimeout: 3_000,
    retry: { initialRetryTime: 300, maxRetryTime: 5_000, retries: 4 },
  });
}

export async function keepRunning(program: Program, bootstrap: string, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  let saidLast = '';
  while (!signal.aborted) {
    const started = performance.now();
    try {
      await program.run(connect(program.name, bootstrap), signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (performance.now() - started > 2 * pauseMsMax) pauseMs = firstPauseMs;
      // An outage is said once, not at every attempt to get over it.
      const what = error instanceof Error ? error.message : String(error);
      if (what !== saidLast) console.log(`${program.name}: ${what}; trying again until it works`);
      saidLast = what;
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
    }
  }
}

export interface ConsumerProgram {
  readonly groupId: string;
  readonly topic: string;
  readonly eachBatch: (batch: EachBatchPayload) => Promise<void>;
  /** For programs that do more with their consumer while it runs; ends the program when it resolves. */
  readonly during?: (consumer: Consumer, signal: AbortSignal) => Promise<void>;
}

/** Consumes until aborted. kafkajs restarts itself after what it takes for passing; the rest ends in an error here. */
export async function consume(kafka: Kafka, signal: AbortSignal, program: ConsumerProgram): Promise<void> {
  const consumer = kafka.consumer({
    groupId: program.groupId,
    maxWaitTimeInMs: 2_000,
    sessionTimeout: 20_000,
    heartbeatInterval: 4_000,
  });
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
  });
  crashed.catch(() => undefined);
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [program.topic], fromBeginning: true });
    await consumer.run({ autoCommitInterval: 5_000, eachBatch: program.eachBatch });
    await Promise.race([program.during?.(consumer, until) ?? untilAborted(until), crashed]);
  } finally {
    over.abort();
    await consumer.disconnect().catch(() => undefined);
  }
}
