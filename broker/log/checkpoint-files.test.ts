/** The small text files beside the logs: Kafka's layout, and what a damaged one is worth. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { readLeaderEpochs, readOffsetCheckpoint, writeOffsetCheckpoint } from './checkpoint-files.ts';
import { LogCheckpoints } from './log-checkpoints.ts';
import { append, batchOf, openLog, RememberingLogger, TEST_DIRECTORY } from './log-test-kit.ts';

const PATH = '/d/checkpoint';

function diskWith(text: string | null) {
  const { disk } = createMemoryPlatform();
  disk.makeDirectory('/d');
  if (text !== null) disk.open(PATH, { create: true }).write([Buffer.from(text)], 0);
  return disk;
}

function offsetsIn(text: string | null) {
  const problems: string[] = [];
  const offsets = readOffsetCheckpoint(diskWith(text), PATH, (problem) => problems.push(problem));
  return { offsets: [...offsets], problems };
}

describe('an offset checkpoint', () => {
  it('is a version, a count and a line for each partition', async () => {
    const disk = diskWith(null);
    const offsets = new Map([
      ['a.b_c-d/0', 0],
      ['t/12', 9_007_199_254_740_991],
    ]);
    await writeOffsetCheckpoint(disk, PATH, offsets);
    expect(disk.readFile(PATH).toString()).toBe('0\n2\na.b_c-d 0 0\nt 12 9007199254740991\n');
    expect(readOffsetCheckpoint(disk, PATH, () => undefined)).toEqual(offsets);
    disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', bytesDone: 3 });
    await expect(writeOffsetCheckpoint(disk, PATH, new Map())).rejects.toThrow('ENOSPC');
    expect(readOffsetCheckpoint(disk, PATH, () => undefined)).toEqual(offsets);
  });

  it('that is not there is empty and no damage', () => {
    expect(offsetsIn(null)).toEqual({ offsets: [], problems: [] });
  });

  it('cut off at any byte says nothing', () => {
    const whole = '0\n2\na 0 10\nb 3 20\n';
    for (let length = 0; length < whole.length; length++) {
      const { offsets, problems } = offsetsIn(whole.slice(0, length));
      expect([length, offsets.length, problems.length]).toEqual([length, 0, 1]);
    }
  });

  it.each([
    '1\n0\n',
    '0\n\na 0 1\n',
    '0\n-1\n',
    '0\n1\na 0 -1\n',
    '0\n1\na 0 \n',
    '0\n1\na 0 1 2\n',
    '0\n1\na x 1\n',
    '0\n1\n 0 1\n',
    '0\n1\na 0 99999999999999999999\n',
    '0\n1\na 0 1e3\n',
    '\0\0\0\0\0\0',
  ])('that makes no sense is said to be damaged: %j', (text) => {
    expect(offsetsIn(text)).toEqual({ offsets: [], problems: [expect.any(String)] });
  });
});

it.each(['0\n2\n1 0\n1 5\n', '0\n2\n2 0\n1 5\n', '0\n2\n1 5\n2 5\n', '0\n1\n1 x\n', '0\n3\n1 5\n'])(
  'leader epochs that do not rise are said to be damaged: %j',
  (text) => {
    const problems: string[] = [];
    expect(readLeaderEpochs(diskWith(text), PATH, (problem) => problems.push(problem))).toEqual([]);
    expect(problems).toHaveLength(1);
  },
);

it('damaged leader epochs are read from the log, and one line says so', async () => {
  const { log, platform } = openLog();
  for (const epoch of [1, 1, 4]) append(log, batchOf(2), epoch);
  const { entries } = log.leaderEpochs;
  await log.close();
  const path = `${TEST_DIRECTORY}/leader-epoch-checkpoint`;
  for (const text of ['0\n7\n1 0\n4 4\n', '', '\0\0']) {
    const file = platform.disk.open(path, { create: true });
    file.truncate(0);
    file.write([Buffer.from(text)], 0);
    const again = openLog({}, { platform, cleanShutdown: true });
    expect(again.log.leaderEpochs.entries).toEqual(entries);
    expect(again.logger.lines.filter((line) => line.includes(path))).toHaveLength(1);
    again.log.abandon();
  }
});

it('each damaged checkpoint of a directory is said once, with what that costs', () => {
  const { disk } = createMemoryPlatform();
  disk.makeDirectory('/d');
  const names = ['recovery-point', 'log-start', 'replication'].map((name) => `/d/${name}-offset-checkpoint`);
  for (const name of names) disk.open(name, { create: true }).write([Buffer.from('junk')], 0);
  const logger = new RememberingLogger();
  const read = new LogCheckpoints(disk, logger).read('/d');
  expect(Object.values(read).map((offsets) => offsets.size)).toEqual([0, 0, 0]);
  expect(logger.lines).toEqual(
    names.map(
      (name) => expect.stringMatching(new RegExp(`^WARN ${name} .* it counts as absent, .+`)) as string,
    ),
  );
});
