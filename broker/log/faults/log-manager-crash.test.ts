/**
 * A broker's logs and the files beside them, crashed at every disk operation of what the log manager does: making a topic,
 * deleting it, making it anew, writing checkpoints, the clean stop and the start. Each partition is then old or new as a
 * whole, and the checkpoints never promise more than the logs hold.
 */
import { describe, expect, it } from 'vitest';
import type { MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import { crashEverywhere, type CrashPoint } from './crash-points.ts';
import { LogHistory } from './log-history.ts';
import { LogMachine } from './log-machine.ts';
import { BATCH_BYTES, SMALL_SEGMENTS, write } from './workload.ts';

const FIRST_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const SECOND_ID = 'BBBBBBBBBBBBBBBBBBBBBA';
const CONFIG = { ...SMALL_SEGMENTS, fileDeleteDelayMs: 1000 };

interface Running {
  readonly machine: LogMachine;
  /** By topic; each has one partition. */
  readonly histories: Map<string, LogHistory>;
}

function makeTopic({ machine, histories }: Running, topic: string, id: string): LogHistory {
  machine.manager.create(topic, 0, id);
  const history = new LogHistory();
  histories.set(topic, history);
  return history;
}

/** Two topics with data, flushed and checkpointed, and some more data after that. */
async function startWithTopics(platform: MemoryPlatform): Promise<Running> {
  const running = {
    machine: await LogMachine.start(platform, CONFIG),
    histories: new Map<string, LogHistory>(),
  };
  for (const topic of ['kept', 'touched']) {
    const history = makeTopic(running, topic, FIRST_ID);
    const { log } = running.machine.get(topic);
    write(log, history, 10);
    await history.flush(log);
  }
  await running.machine.checkpoint();
  for (const [topic, history] of running.histories) write(running.machine.get(topic).log, history, 2);
  return running;
}

/** Starts on what the crash left and holds each topic that is expected against its history; then once more after a power cut. */
async function expectAfterCrash(
  platform: MemoryPlatform,
  { histories }: Running,
  { kind }: CrashPoint,
  logStarts: Readonly<Record<string, readonly number[]>> = {},
): Promise<void> {
  for (const kept of [kind === 'process kill' ? 'all' : 'forced', 'forced'] as const) {
    const machine = await LogMachine.start(platform, CONFIG);
    expect(machine.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
    for (const [topic, history] of histories) {
      const { log } = machine.get(topic);
      history.expectFaithful(log, { kept, logStart: logStarts[topic] ?? [0] });
      await history.expectWritable(log);
    }
    await machine.checkpoint();
    platform.disk.crash();
  }
}

describe('a crash at any disk operation', () => {
  it('of making a topic', async () => {
    const report = await crashEverywhere({
      name: 'topic create',
      prepare: startWithTopics,
      act: async (_platform, running) => {
        const history = makeTopic(running, 'made', SECOND_ID);
        const { log } = running.machine.get('made');
        write(log, history, 2);
        await history.flush(log);
        write(log, history, 1);
      },
      check: async (platform, running, point) => {
        const machine = await LogMachine.start(platform, CONFIG);
        const made = machine.manager.get('made', 0);
        const forced = running.histories.get('made')?.forcedEnd ?? 0;
        if (forced > 0) expect(made?.topicId).toBe(SECOND_ID);
        if (made === undefined || made.topicId === null) running.histories.delete('made');
        else expect(made.topicId).toBe(SECOND_ID);
        platform.disk.crash({ keep: 'everything' });
        await expectAfterCrash(platform, running, point);
      },
    });
    expect(report.operations).toBeGreaterThan(8);
  });

  it('of deleting a topic', async () => {
    const report = await crashEverywhere({
      name: 'topic delete',
      prepare: startWithTopics,
      act: async (platform, { machine }) => {
        machine.manager.delete('touched', 0);
        await platform.advance(CONFIG.fileDeleteDelayMs);
      },
      check: async (platform, running, point) => {
        const machine = await LogMachine.start(platform, CONFIG);
        if (machine.manager.get('touched', 0) === undefined) running.histories.delete('touched');
        if (point.finished && point.kind === 'process kill')
          expect(running.histories.has('touched')).toBe(false);
        expect(platform.disk.list('/data').filter((name) => name.endsWith('-delete'))).toEqual([]);
        platform.disk.crash({ keep: 'everything' });
        await expectAfterCrash(platform, running, point);
      },
    });
    expect(report.operations).toBeGreaterThan(12);
  });

  it('of deleting a topic and making it anew', async () => {
    const report = await crashEverywhere({
      name: 'topic replace',
      prepare: async (platform) => {
        const running = await startWithTopics(platform);
        const { log } = running.machine.get('touched');
        log.advanceLogStart(20);
        await running.machine.checkpoint();
        return {
          ...running,
          old: running.histories.get('touched') as LogHistory,
          replacement: new LogHistory(),
        };
      },
      act: async (platform, running) => {
        running.machine.manager.delete('touched', 0);
        await settle();
        running.histories.set('touched', running.replacement);
        running.machine.manager.create('touched', 0, SECOND_ID);
        const { log } = running.machine.get('touched');
        write(log, running.replacement, 2);
        await running.replacement.flush(log);
        write(log, running.replacement, 1);
        await platform.advance(CONFIG.fileDeleteDelayMs);
      },
      check: async (platform, running, point) => {
        const machine = await LogMachine.start(platform, CONFIG);
        const found = machine.manager.get('touched', 0);
        if (running.replacement.forcedEnd > 0) expect(found?.topicId).toBe(SECOND_ID);
        const isOld = found?.topicId === FIRST_ID;
        if (isOld) running.histories.set('touched', running.old);
        else if (found?.topicId !== SECOND_ID) running.histories.delete('touched');
        platform.disk.crash({ keep: 'everything' });
        await expectAfterCrash(platform, running, point, isOld ? { touched: [0, 12, 20] } : {});
      },
    });
    expect(report.operations).toBeGreaterThan(20);
  });

  it('of deleting records and writing checkpoints', async () => {
    const report = await crashEverywhere({
      name: 'checkpoints',
      namesInOrder: true,
      prepare: startWithTopics,
      act: async (platform, { machine, histories }) => {
        const { log } = machine.get('touched');
        const history = histories.get('touched') as LogHistory;
        log.advanceLogStart(29);
        await machine.manager.checkpointLogStarts();
        machine.manager.applyRetention((managed) => managed.log.logEndOffset);
        await history.flush(log);
        await machine.checkpoint();
        write(log, history, 3);
        await machine.checkpoint();
        await platform.advance(CONFIG.fileDeleteDelayMs);
      },
      check: (platform, running, point) =>
        expectAfterCrash(platform, running, point, { touched: point.finished ? [29] : [0, 29] }),
    });
    expect(report.operations).toBeGreaterThan(40);
  });

  it('of retention', async () => {
    const report = await crashEverywhere({
      name: 'retention of the manager',
      namesInOrder: true,
      prepare: startWithTopics,
      act: async (platform, { machine }) => {
        const { log } = machine.get('touched');
        log.updateConfig({ ...log.config, retentionBytes: 5 * BATCH_BYTES });
        machine.manager.applyRetention((managed) => managed.log.logEndOffset);
        await machine.manager.checkpointLogStarts();
        await platform.advance(CONFIG.fileDeleteDelayMs);
      },
      check: (platform, running, point) =>
        expectAfterCrash(platform, running, point, { touched: [0, 12, 24] }),
    });
    expect(report.operations).toBeGreaterThan(12);
  });

  it('of the clean stop and the start after it', async () => {
    const report = await crashEverywhere({
      name: 'stop and start',
      prepare: startWithTopics,
      act: async (platform, { machine, histories }) => {
        const ends = [...histories].map(([topic]) => machine.get(topic).log.logEndOffset);
        const isClean = await machine.stop();
        expect(isClean).toBe(!platform.disk.faults.hasHalted);
        if (!isClean) return;
        for (const [index, history] of [...histories.values()].entries())
          history.noteForced(ends[index] ?? 0);
        const again = await LogMachine.start(platform, CONFIG);
        expect(again.lines.filter((line) => !line.startsWith('INFO'))).toEqual([]);
        for (const [topic, history] of histories) {
          const { log } = again.get(topic);
          history.expectFaithful(log, { kept: 'all' });
          write(log, history, 2);
          await history.flush(log);
          write(log, history, 2);
        }
      },
      check: (platform, running, point) => expectAfterCrash(platform, running, point),
    });
    expect(report.operations).toBeGreaterThan(40);
  });
});
