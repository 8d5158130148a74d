/**
 * Two more kinds of files that say again what the log says: the indexes of aborted transactions, and a directory's offset
 * checkpoints. Damaged one at a time, they change no answer where the damage can be told, and never a record.
 */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { SeededRandom } from '../../platform/memory/memory-time.ts';
import { append, batchOf, openLog, readAll, TEST_DIRECTORY } from '../log-test-kit.ts';
import type { PartitionLog } from '../partition-log.ts';
import { damagedFiles, DAMAGES, filesBelow, restored } from './damages.ts';
import { LogHistory } from './log-history.ts';
import { LogMachine } from './log-machine.ts';
import { SMALL_SEGMENTS, write } from './workload.ts';

const ROUNDS = 24;
const TRANSACTIONS = 24;
const SEGMENTS = { segmentBytes: 900, indexIntervalBytes: 100 };

/** Two producers' transactions, every second one aborted, one of them over several segments. */
function writeTransactions(log: PartitionLog): void {
  const send = (producerId: number): void => {
    const batch = batchOf(2, { producerId, producerEpoch: 0, isTransactional: true });
    log.append(batch, { leaderEpoch: 0, origin: 'coordinator' });
  };
  const end = (producerId: number, committed: boolean): void => {
    const marker = { producerId, producerEpoch: 0, coordinatorEpoch: 0, leaderEpoch: 0, committed };
    expect(log.appendEndTransactionMarker(marker).errorCode).toBe(0);
  };
  send(9);
  for (let number = 0; number < TRANSACTIONS; number++) {
    send(number % 2);
    append(log, batchOf(1));
    end(number % 2, number % 4 < 2);
  }
  end(9, false);
}

function factsOf(log: PartitionLog) {
  const { logStartOffset, logEndOffset } = log;
  const aborted = log.abortedTransactions(logStartOffset, logEndOffset);
  return { logEndOffset, bytes: readAll(log), aborted, stable: log.lastStableOffset(logEndOffset) };
}

describe('a .txnindex file with', () => {
  // Kafka's format has no checksum, and most segments have no such file: this the clean start cannot tell.
  const cannotTell = new Set(['a flipped bit', 'no content', 'its name gone']);

  it.each(Object.keys(DAMAGES))('%s', async (name) => {
    const platform = createMemoryPlatform();
    const { log } = openLog(SEGMENTS, { platform });
    writeTransactions(log);
    log.noteHighWatermark(log.logEndOffset);
    const facts = factsOf(log);
    expect(facts.aborted).toHaveLength(TRANSACTIONS / 2 + 1);
    await log.close();
    const files = filesBelow(platform, TEST_DIRECTORY);
    const victims = [...files.keys()].filter((path) => path.endsWith('.txnindex'));
    expect(victims.length).toBeGreaterThan(3);
    const random = new SeededRandom(11);
    for (let round = 0; round < ROUNDS; round++) {
      const victim = victims[round % victims.length] ?? '';
      const damaged = damagedFiles(files, victim, name, random);
      for (const cleanShutdown of [true, false]) {
        const recoveryPoint = cleanShutdown ? facts.logEndOffset : 0;
        const again = openLog(SEGMENTS, { platform: restored(damaged), cleanShutdown, recoveryPoint }).log;
        again.noteHighWatermark(again.logEndOffset);
        const { aborted, ...found } = factsOf(again);
        const what = [victim, round, cleanShutdown];
        const expected = cleanShutdown && cannotTell.has(name) ? aborted : facts.aborted;
        // As it was cut, what is left may be whole entries: the rest cannot be missed either.
        const isWholeEntries = (damaged.get(victim)?.length ?? 0) % 34 === 0;
        if (!(cleanShutdown && name === 'a missing end' && isWholeEntries))
          expect([...what, aborted]).toEqual([...what, expected]);
        expect({ aborted: facts.aborted, ...found }).toEqual(facts);
        again.abandon();
      }
    }
  });
});

describe.each([
  'recovery-point-offset-checkpoint',
  'log-start-offset-checkpoint',
  'replication-offset-checkpoint',
])('a %s with', (file) => {
  // A digit that became another: nothing in Kafka's format tells, and where a log begins is in this file only.
  const damages = Object.keys(DAMAGES).filter(
    (name) => !(name === 'a flipped bit' && file.startsWith('log-start')),
  );

  it.each(damages)('%s', async (name) => {
    const platform = createMemoryPlatform();
    const machine = await LogMachine.start(platform, SMALL_SEGMENTS);
    const histories = new Map<string, LogHistory>();
    for (const topic of ['one', 'two']) {
      const history = new LogHistory();
      histories.set(topic, history);
      const { log } = machine.manager.create(topic, 0, 'AAAAAAAAAAAAAAAAAAAAAA');
      write(log, history, 10);
    }
    machine.get('two').log.advanceLogStart(14);
    await machine.checkpoint();
    const crashed = filesBelow(platform, '/data');
    await machine.stop();
    const stopped = filesBelow(platform, '/data');
    const random = new SeededRandom(3);
    for (let round = 0; round < ROUNDS; round++) {
      const files = round % 2 === 0 ? crashed : stopped;
      const disk = restored(damagedFiles(files, `/data/${file}`, name, random));
      const again = await LogMachine.start(disk, SMALL_SEGMENTS);
      expect(again.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
      const hasStart = !again.lines.join().includes('logs begin with their first segment');
      for (const [topic, history] of histories) {
        const { log } = again.get(topic);
        const isLost =
          topic === 'two' && (!hasStart || (file.startsWith('log-start') && name === 'its name gone'));
        const start = topic === 'two' ? 14 : 0;
        expect([round, topic, log.logStartOffset]).toEqual([round, topic, isLost ? 0 : start]);
        history.expectFaithful(log, { kept: 'all', logStart: [log.logStartOffset] });
      }
      if (!['a flipped bit', 'its name gone'].includes(name))
        expect(again.lines.join('\n')).toContain(`/data/${file} `);
      await again.stop();
    }
  });
});
