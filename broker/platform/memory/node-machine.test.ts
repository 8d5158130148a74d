/** What a process holds dies with it; what stands still goes on later; clocks are the machine's own. */
import { expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import { describeDiskContract } from '../disk.contract.ts';
import { MemoryNetwork } from './memory-network.ts';
import { MemoryTime, SeededRandom } from './memory-time.ts';
import { NodeMachine, type NodeMachineOptions } from './node-machine.ts';

function setUp(options: Partial<NodeMachineOptions> = {}) {
  const time = new MemoryTime(1000);
  const network = new MemoryNetwork({ time, random: new SeededRandom(1) });
  const machine = new NodeMachine({ name: 'a', time, network, seed: 1, ...options });
  const platform = machine.boot();
  platform.disk.makeDirectory('/data');
  return { time, machine, platform, disk: platform.disk, root: '/data' };
}

describeDiskContract(() => setUp());

it('lets nothing of a process that has ended reach the disk', async () => {
  const { machine, disk, time } = setUp();
  const file = disk.open('/data/kept', { create: true });
  file.write([Buffer.from('kept')], 0);
  const replacing = disk.replaceFile('/data/new', Buffer.from('new'));
  machine.end({ keep: 'everything' });
  const outcome = { settled: false };
  const settle = (): void => void (outcome.settled = true);
  replacing.then(settle, () => undefined);
  file.sync().then(settle, () => undefined);
  disk.syncDirectory('/data').then(settle, () => undefined);
  const attempts: Record<string, () => unknown> = {
    open: () => disk.open('/data/kept', { create: false }),
    create: () => disk.open('/data/other', { create: true }),
    makeDirectory: () => disk.makeDirectory('/data/sub'),
    rename: () => disk.rename('/data/kept', '/data/moved'),
    removeFile: () => disk.removeFile('/data/kept'),
    removeTree: () => disk.removeTree('/data'),
    write: () => file.write([Buffer.from('x')], 0),
    truncate: () => file.truncate(0),
    read: () => disk.readFile('/data/kept'),
    lock: () => disk.lock('/data/.lock'),
  };
  for (const [name, attempt] of Object.entries(attempts)) expect(attempt, name).toThrow('EIO');
  file.close();
  await time.advance(1000);
  const next = machine.boot();
  expect(next.disk.list('/data')).toEqual(['kept']);
  expect(next.disk.readFile('/data/kept').toString()).toBe('kept');
  expect(outcome.settled).toBe(false);
});

it('fires no timer of a process that has ended', async () => {
  const { machine, platform, time } = setUp();
  const fired: string[] = [];
  platform.timers.after(10, () => fired.push('old'));
  platform.timers.every(3, () => fired.push('old, again'));
  machine.end({ keep: 'everything' });
  machine.boot().timers.after(10, () => fired.push('new'));
  await time.advance(50);
  expect(fired).toEqual(['new']);
});

it('ends a process in the middle of a write, and what it does then does not count', () => {
  const { machine, disk } = setUp();
  const ends: string[] = [];
  const file = disk.open('/data/a', { create: true });
  machine.endAtChange(2, { keep: 'everything' }, () => ends.push('ended'));
  file.write([Buffer.from('1234')], 0);
  expect(() => file.write([Buffer.from('56'), Buffer.from('78')], 4)).toThrow('EIO');
  expect(() => file.write([Buffer.from('99')], 8)).toThrow('EIO');
  expect({ ends, isRunning: machine.isRunning }).toEqual({ ends: ['ended'], isRunning: false });
  expect(machine.boot().disk.readFile('/data/a').toString()).toBe('123456');
});

it('holds back timers while the process stands still', async () => {
  const { machine, platform, time } = setUp();
  const fired: [string, number][] = [];
  const note = (name: string) => () => fired.push([name, time.monotonicMs()]);
  platform.timers.every(10, note('tick'));
  platform.timers.after(15, note('once'));
  const cancel = platform.timers.after(16, note('never'));
  machine.pause();
  await time.advance(35);
  expect(fired).toEqual([]);
  cancel();
  machine.resume();
  await time.advance(12);
  expect(fired).toEqual([
    ['tick', 35],
    ['once', 35],
    ['tick', 45],
  ]);
});

it('has clocks of its own: off, jumping, and a little fast', async () => {
  const { machine, platform, time } = setUp({ driftPpm: 100_000, wallOffsetMs: 50 });
  const began = platform.clock.monotonicMs();
  let firedMs = 0;
  platform.timers.after(110, () => (firedMs = time.monotonicMs()));
  await time.advance(100);
  expect(firedMs).toBeCloseTo(100);
  expect(platform.clock.monotonicMs() - began).toBeCloseTo(110);
  expect(platform.clock.wallMs()).toBe(1150);
  machine.jumpWall(-1000);
  expect(platform.clock.wallMs()).toBe(150);
});

it('takes its time to force things, and a power cut meanwhile loses them', async () => {
  const { machine, platform, time } = setUp({ deviceMs: { leastMs: 5, jitterMs: 0 } });
  const write = async ({ disk }: Platform, name: string): Promise<void> => {
    const file = disk.open(`/data/${name}`, { create: true });
    file.write([Buffer.from(name)], 0);
    await file.sync();
    await disk.syncDirectory('/data');
  };
  void write(platform, 'one');
  await time.advance(10);
  void write(platform, 'two');
  await time.advance(9);
  machine.end({ isSilent: true });
  expect(machine.boot().disk.list('/data')).toEqual(['one']);
});
