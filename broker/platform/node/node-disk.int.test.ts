/** The real disk: the common contract in a temporary directory, and locks against dead and living processes. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { describeDiskContract } from '../disk.contract.ts';
import { NodeDisk } from './node-disk.ts';

const roots: string[] = [];

function setUp() {
  const root = mkdtempSync(join(tmpdir(), 'aquila-disk-'));
  roots.push(root);
  return { disk: new NodeDisk(), root };
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

describe('the common contract', () => {
  describeDiskContract(setUp);
});

it('gives up where no directory can be made at all', () => {
  expect(() => {
    setUp().disk.makeDirectory('/proc/aquila/logs');
  }).toThrow(/ENOENT/);
});

describe('the lock', () => {
  it('is taken from a process that has ended', () => {
    const { disk, root } = setUp();
    const gone = spawnSync(process.execPath, ['-e', '0']).pid;
    writeFileSync(`${root}/.lock`, `pid=${gone}\nstarted=\n`);
    expect(disk.lock(`${root}/.lock`)).toHaveProperty('release');
  });

  it('is taken from a process whose number has been given to another', () => {
    const { disk, root } = setUp();
    writeFileSync(`${root}/.lock`, `pid=1\nstarted=some-boot:12\n`);
    expect(disk.lock(`${root}/.lock`)).toHaveProperty('release');
  });

  it('is taken from a process that was killed and not yet waited for', async () => {
    const { disk, root } = setUp();
    // The shell starts a child that outlives it, and becomes a program that never waits for it: the child stays a zombie.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [output] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(output.toString());
      while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) await setImmediate();
      writeFileSync(`${root}/.lock`, `pid=${pid}\nstarted=\n`);
      expect(disk.lock(`${root}/.lock`)).toHaveProperty('release');
    } finally {
      parent.kill();
    }
  });

  it('is refused while the holder lives, and names it', () => {
    const { disk, root } = setUp();
    writeFileSync(`${root}/.lock`, `pid=1\nstarted=\n`);
    expect(disk.lock(`${root}/.lock`)).toEqual({ heldBy: 'process 1' });
  });

  it('takes over the empty file that Apache Kafka leaves behind', () => {
    const { disk, root } = setUp();
    writeFileSync(`${root}/.lock`, '');
    expect(disk.lock(`${root}/.lock`)).toHaveProperty('release');
    expect(disk.list(root)).toEqual(['.lock']);
  });
});

it('knows the room on its file system', () => {
  const { disk, root } = setUp();
  const { totalBytes, usableBytes } = disk.space(root);
  expect(totalBytes).toBeGreaterThan(0);
  expect(usableBytes).toBeGreaterThan(0);
  expect(disk.space(`${root}/none`)).toEqual({ totalBytes: -1, usableBytes: -1 });
});
