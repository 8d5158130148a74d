/** Which log is compacted when, and what ends a round early without harm: deletion, retention, a full disk, damage, the stop. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import type { LogConfig } from '../log-config.ts';
import type { ManagedLog } from '../log-manager.ts';
import { RememberingLogger } from '../log-test-kit.ts';
import { PartitionLog } from '../partition-log.ts';
import {
  cleanerSettings,
  compactedConfig,
  openCompacted,
  readRecords,
  ROOT,
  seal,
  write,
} from './cleaner-test-kit.ts';
import { LogCleaner, type CleanerSettings } from './log-cleaner.ts';

interface Broker {
  readonly platform: MemoryPlatform;
  readonly logger: RememberingLogger;
  readonly cleaner: LogCleaner;
  readonly logs: ManagedLog[];
  /** Changes what the next round goes by. */
  readonly settings: { -readonly [Key in keyof CleanerSettings]: CleanerSettings[Key] };
  restart(): Broker;
}

/** One log per name, each with a configuration of its own. */
function open(
  configs: Readonly<Record<string, Partial<LogConfig>>>,
  platform: MemoryPlatform = createMemoryPlatform(),
): Broker {
  const logger = new RememberingLogger();
  const logs = Object.entries(configs).map(([topic, config]): ManagedLog => {
    const log = PartitionLog.open({
      ...{ platform, logger, topic, partition: 0, directory: `${ROOT}/${topic}-0`, cleanShutdown: true },
      config: { ...compactedConfig, ...config },
    });
    const directory = { path: ROOT, directoryId: 'd', wasCleanShutdown: true, previousBrokerEpoch: -1 };
    return { log, directory, topicId: null, checkpointedHighWatermark: 0 };
  });
  const settings = { ...cleanerSettings };
  const cleaner = new LogCleaner({
    ...{ platform, logger, logs: () => logs, settings: () => settings },
    lastStableOffsetOf: ({ log }) => log.logEndOffset,
  });
  return { platform, logger, cleaner, logs, settings, restart: () => open(configs, platform) };
}

function logOf({ logs }: Broker, index = 0): PartitionLog {
  const managed = logs[index];
  if (managed === undefined) throw new Error(`there is no log ${index}`);
  return managed.log;
}

async function fill(log: PartitionLog, batches: number, keys = 5): Promise<void> {
  for (let i = 0; i < batches; i++) write(log, [[`k${i % keys}`, `v${i}`]]);
  await seal(log);
}

/** What a reader from the start ends up with. */
function stateOf(log: PartitionLog): Map<string, string | null> {
  return new Map(readRecords(log).map(({ key, value }) => [key, value]));
}

function compacted({ logger }: Broker): string[] {
  return logger.lines.flatMap((line) => /INFO (\w+)-0: compacted/.exec(line)?.[1] ?? []);
}

describe('the choice', () => {
  it('takes the dirtiest first, those beyond min.cleanable.dirty.ratio only, and none that is only deleted', async () => {
    const broker = open({
      half: { minCleanableDirtyRatio: 0.4 },
      full: { minCleanableDirtyRatio: 0.4 },
      tidy: { minCleanableDirtyRatio: 0.9 },
      plain: { cleanupCompact: false, cleanupDelete: true },
    });
    for (const index of [0, 2]) await fill(logOf(broker, index), 40, 40);
    while (await broker.cleaner.cleanDirtiest());
    for (const index of [0, 2]) await fill(logOf(broker, index), 40, 40);
    for (const index of [1, 3]) await fill(logOf(broker, index), 40);
    expect(compacted(broker)).toEqual(['half', 'tidy']);
    while (await broker.cleaner.cleanDirtiest());
    expect(compacted(broker)).toEqual(['half', 'tidy', 'full', 'half']);
    expect(broker.cleaner.figures.maxDirtyPercent).toBeLessThan(90);
  });

  it('does not wait for the ratio once max.compaction.lag.ms has passed, and never goes below min.compaction.lag.ms', async () => {
    const broker = open({
      due: { minCleanableDirtyRatio: 1, maxCompactionLagMs: 10_000 },
      young: { minCompactionLagMs: 20_000 },
    });
    for (const index of [0, 1]) await fill(logOf(broker, index), 40);
    expect(await broker.cleaner.cleanDirtiest()).toBe(false);
    await broker.platform.advance(15_000);
    expect(await broker.cleaner.cleanDirtiest()).toBe(true);
    expect(broker.cleaner.figures.maxCompactionDelaySecs).toBe(5);
    expect(await broker.cleaner.cleanDirtiest()).toBe(false);
    await broker.platform.advance(5_000);
    while (await broker.cleaner.cleanDirtiest());
    expect(compacted(broker)).toEqual(['due', 'young']);
  });

  it('remembers over a restart how far each log is, and forgets what is gone', async () => {
    const broker = open({ a: {}, b: {} });
    for (const { log } of broker.logs) await fill(log, 40);
    while (await broker.cleaner.cleanDirtiest());
    for (const { log } of broker.logs) await log.close();
    const again = broker.restart();
    expect(await again.cleaner.cleanDirtiest()).toBe(false);
    again.logs.pop();
    await again.cleaner.cleanDirtiest();
    const checkpoint = again.platform.disk.readFile(`${ROOT}/cleaner-offset-checkpoint`).toString();
    expect(checkpoint).toMatch(/^0\n1\na 0 \d+\n$/);
  });

  it('also takes an idle log whose last process was killed: it is forced to the device first', async () => {
    const { log, platform } = openCompacted();
    await fill(log, 40);
    const written = stateOf(log);
    platform.disk.crash({ keep: 'everything' });
    const again = openCompacted({ platform, cleanShutdown: false });
    expect(again.log.recoveryPoint).toBe(0);
    expect(await again.cleaner.cleanDirtiest()).toBe(true);
    expect(again.log.recoveryPoint).toBe(again.log.logEndOffset);
    expect(again.log.sizeBytes).toBeLessThan(log.sizeBytes / 2);
    expect(stateOf(again.log)).toEqual(written);
  });

  it('begins anew where a log was cut back', async () => {
    const broker = open({ a: {} });
    const [managed] = broker.logs;
    await fill(logOf(broker), 40);
    while (await broker.cleaner.cleanDirtiest());
    if (managed !== undefined) await broker.cleaner.noteTruncation(managed, 10);
    expect(await broker.cleaner.cleanDirtiest()).toBe(true);
    expect(broker.logger.lines.at(-1)).toContain('(dirty from 10)');
  });
});

describe('a log that cannot be compacted', () => {
  it('is set aside with one line and counted, and the others go on', async () => {
    const broker = open({ bad: {}, good: {} });
    for (const { log } of broker.logs) await fill(log, 40);
    const file = broker.platform.disk.open(`${ROOT}/bad-0/00000000000000000000.log`, { create: false });
    file.write([Buffer.from('damage')], 100);
    file.close();
    while (await broker.cleaner.cleanDirtiest());
    expect(compacted(broker)).toEqual(['good']);
    expect(broker.logger.lines.filter((line) => line.includes('no longer compacted'))).toEqual([
      expect.stringContaining('bad-0/00000000000000000000.log is damaged at byte'),
    ]);
    expect(broker.cleaner.uncleanable()).toEqual([broker.logs[0]]);
    expect(logOf(broker).isOffline).toBe(false);
  });

  it('is tried again after a while when only the disk was full', async () => {
    const broker = open({ a: {} });
    const { disk } = broker.platform;
    await fill(logOf(broker), 40);
    const before = stateOf(logOf(broker));
    disk.capacityBytes = disk.usedBytes + 200;
    while (await broker.cleaner.cleanDirtiest());
    // What fitted stays compacted.
    expect(stateOf(logOf(broker))).toEqual(before);
    expect(disk.list(`${ROOT}/a-0`).filter((name) => name.endsWith('.cleaned'))).toEqual([]);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    expect(await broker.cleaner.cleanDirtiest()).toBe(false);
    await broker.platform.advance(60_000);
    expect(await broker.cleaner.cleanDirtiest()).toBe(true);
    expect(compacted(broker)).toEqual(['a']);
  });

  it('does not keep the cleaner from the others when it cannot even be looked at', async () => {
    const lag = { maxCompactionLagMs: 1000 };
    const broker = open({ bad: lag, good: {} });
    for (const { log } of broker.logs) await fill(log, 40);
    for (const { log } of broker.logs) await log.close();
    const again = broker.restart();
    const fault = { operation: 'read', nth: 1, code: 'EIO', sticky: true } as const;
    again.platform.disk.faults.add({ ...fault, pathEnd: 'bad-0/00000000000000000000.log' });
    await fill(logOf(again, 1), 40);
    while (await again.cleaner.cleanDirtiest());
    expect(compacted(again)).toEqual(['good']);
    expect(again.cleaner.uncleanable()).toEqual([again.logs[0]]);
  });

  it('goes offline when the device fails under a write', async () => {
    const broker = open({ a: {} });
    await fill(logOf(broker), 40);
    broker.platform.disk.faults.add({ operation: 'write', nth: 1, code: 'EIO', pathEnd: '.log.cleaned' });
    await broker.cleaner.cleanDirtiest();
    expect(logOf(broker).isOffline).toBe(true);
  });
});

/** A round that has begun and rests because of the limit on its speed. */
async function slow(config: Partial<LogConfig> = {}): Promise<Broker & { readonly round: Promise<boolean> }> {
  const broker = open({ a: config });
  await fill(logOf(broker), 60);
  broker.settings.ioMaxBytesPerSecond = 2_000;
  const round = broker.cleaner.cleanDirtiest();
  await broker.platform.advance(500);
  return { ...broker, round };
}

describe('a round that is under way', () => {
  it('is as slow as log.cleaner.io.max.bytes.per.second says, and ends as any other', async () => {
    const broker = await slow();
    const { round, platform, logger } = broker;
    const startedMs = platform.clock.monotonicMs();
    const before = stateOf(logOf(broker));
    let done = false;
    void round.then(() => (done = true));
    while (!done) await platform.advance(100);
    // Read twice and written: more than 8,000 bytes.
    expect(platform.clock.monotonicMs() - startedMs).toBeGreaterThan(3_500);
    expect(logger.lines.at(-1)).toContain('compacted');
    expect(stateOf(logOf(broker))).toEqual(before);
  });

  it.each([
    ['is deleted', (broker: Broker) => (logOf(broker).abandon(), broker.logs.pop())],
    [
      'is no longer compacted',
      (broker: Broker) => logOf(broker).updateConfig({ ...compactedConfig, cleanupCompact: false }),
    ],
    ['has lost its disk', (broker: Broker) => logOf(broker).takeOffline(new Error('gone'))],
  ])('ends when its log %s', async (_what, change) => {
    const broker = await slow();
    change(broker);
    await broker.platform.advance(1_000);
    expect(await broker.round).toBe(true);
    expect(compacted(broker)).toEqual([]);
    expect(broker.logger.lines.filter((line) => !line.startsWith('INFO'))).toEqual([]);
    const names = broker.platform.disk.list(`${ROOT}/a-0`);
    expect(names.filter((name) => /cleaned|swap/.test(name))).toEqual([]);
  });

  it('throws its work away when retention was there first', async () => {
    const broker = await slow({ cleanupDelete: true, retentionMs: 1, fileDeleteDelayMs: 0 });
    const log = logOf(broker);
    await broker.platform.advance(1_000);
    expect(log.applyRetention(log.logEndOffset)).toBeGreaterThan(5);
    const left = readRecords(log);
    let done = false;
    void broker.round.then(() => (done = true));
    while (!done) await broker.platform.advance(100);
    expect(compacted(broker)).toEqual([]);
    expect(readRecords(log)).toEqual(left);
    expect(broker.platform.disk.list(log.directory).filter((name) => /cleaned|swap/.test(name))).toEqual([]);
  });

  it('throws its work away when its log was cut and written anew meanwhile', async () => {
    const broker = await slow();
    const [managed] = broker.logs;
    const log = logOf(broker);
    const cutAt = log.segments[2]?.baseOffset ?? 0;
    expect(log.truncateTo(cutAt + 1)).toBe(true);
    if (managed !== undefined) await broker.cleaner.noteTruncation(managed, cutAt + 1);
    await log.flush();
    for (let i = 0; i < 40; i++) write(log, [[`k${i % 5}`, `other-${i}`]]);
    await seal(log);
    const written = readRecords(log);
    let done = false;
    void broker.round.then(() => (done = true));
    while (!done) await broker.platform.advance(100);
    expect(compacted(broker)).toEqual([]);
    expect(readRecords(log)).toEqual(written);
    expect(broker.logger.lines.filter((line) => line.includes('no longer compacted'))).toEqual([]);
    broker.settings.ioMaxBytesPerSecond = Number.POSITIVE_INFINITY;
    expect(await broker.cleaner.cleanDirtiest()).toBe(true);
  });

  it('takes records that are appended meanwhile as they are', async () => {
    const broker = await slow();
    const log = logOf(broker);
    const first = log.logEndOffset;
    let done = false;
    void broker.round.then(() => (done = true));
    for (let i = 0; !done; i++) {
      write(log, [[`k${i % 5}`, `new-${i}`]]);
      await broker.platform.advance(100);
    }
    const fresh = readRecords(log).filter(({ offset }) => offset >= first);
    expect(fresh.map(({ value }) => value)).toEqual(fresh.map((_, index) => `new-${index}`));
    expect(fresh.length).toBe(log.logEndOffset - first);
  });

  it('is over when the cleaner has stopped, and a started cleaner rests in between', async () => {
    const broker = open({ a: {} });
    const { cleaner, platform, logger, settings } = broker;
    const log = logOf(broker);
    cleaner.start();
    await fill(log, 60);
    await platform.advance(cleanerSettings.backoffMs);
    expect(logger.lines.filter((line) => line.includes('compacted up to'))).toHaveLength(1);
    await fill(log, 60);
    settings.ioMaxBytesPerSecond = 1_000;
    await platform.advance(cleanerSettings.backoffMs + 100);
    const stopped = cleaner.stop();
    await platform.advance(300);
    await stopped;
    expect(platform.clock.pendingTimers).toBeLessThan(20);
    const names = platform.disk.list(log.directory);
    expect(names.filter((name) => /cleaned|swap/.test(name))).toEqual([]);
    await platform.advance(100_000);
    expect(logger.lines.filter((line) => line.includes('compacted up to'))).toHaveLength(1);
  });
});
