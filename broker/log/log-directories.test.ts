/** Opening log.dirs: identity, locks, the mark of a clean stop, and folders that cannot be used. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform, type MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { LogDirectories } from './log-directories.ts';
import { RememberingLogger } from './log-test-kit.ts';

const THREE = ['/a', '/b', '/c'];

async function open(platform: MemoryPlatform, paths = THREE, nodeId = 1) {
  const logger = new RememberingLogger();
  const directories = await LogDirectories.open({ platform, logger, paths, nodeId });
  return { directories, lines: logger.lines };
}

function write(platform: MemoryPlatform, path: string, text: string): void {
  const file = platform.disk.open(path, { create: true });
  file.truncate(0);
  file.write([Buffer.from(text)], 0);
  file.close();
}

const all = new Set(THREE);

describe('meta.properties', () => {
  it('is written once, of version 1, with one cluster and a directory id each', async () => {
    const platform = createMemoryPlatform();
    const { directories } = await open(platform);
    const texts = THREE.map((path) => platform.disk.readFile(`${path}/meta.properties`).toString());
    for (const [index, text] of texts.entries()) {
      const id = directories.directories[index]?.directoryId ?? '';
      expect(text).toBe(`version=1\nnode.id=1\ncluster.id=${directories.clusterId}\ndirectory.id=${id}\n`);
      expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
    }
    expect(new Set(texts).size).toBe(3);
    await directories.close(all);
    const again = await open(platform);
    expect(again.directories.clusterId).toBe(directories.clusterId);
    expect(THREE.map((path) => platform.disk.readFile(`${path}/meta.properties`).toString())).toEqual(texts);
  });

  it('of version 0 is taken, and gets a directory id', async () => {
    const platform = createMemoryPlatform();
    platform.disk.makeDirectory('/a');
    write(platform, '/a/meta.properties', '#Mon\nversion=0\nbroker.id=1\ncluster.id=old-cluster\n');
    const { directories } = await open(platform, ['/a']);
    expect(directories.clusterId).toBe('old-cluster');
    expect(platform.disk.readFile('/a/meta.properties').toString()).toContain('directory.id=');
  });

  it.each([
    ['/b', 'version=1\nnode.id=2\ncluster.id=x\n', 'belongs to broker 2'],
    ['/b', 'version=1\nnode.id=1\ncluster.id=x\n', 'belongs to cluster x'],
  ])('of another node or cluster ends the start (%s)', async (path, text, message) => {
    const platform = createMemoryPlatform();
    await (await open(platform)).directories.close(all);
    write(platform, `${path}/meta.properties`, text);
    await expect(open(platform)).rejects.toThrow(message);
    // Nothing stays locked.
    platform.disk.removeFile(`${path}/meta.properties`);
    await open(platform);
  });

  it('of one directory in another ends the start', async () => {
    const platform = createMemoryPlatform();
    await (await open(platform)).directories.close(all);
    write(platform, '/c/meta.properties', platform.disk.readFile('/b/meta.properties').toString());
    await expect(open(platform)).rejects.toThrow('/c has the directory.id of /b');
  });

  it.each([
    '',
    'version=1\nnode.id=1\n',
    'version=1\ncluster.id=x\n',
    'version=7\nnode.id=1\ncluster.id=x\n',
    'version=1\nnode.id=one\ncluster.id=x\n',
    '\0\0\0\0',
  ])('that makes no sense (%j) sets its directory aside, unless it is the first', async (text) => {
    const platform = createMemoryPlatform();
    await (await open(platform)).directories.close(all);
    write(platform, '/b/meta.properties', text);
    const { directories, lines } = await open(platform);
    expect(directories.directories.map(({ path }) => path)).toEqual(['/a', '/c']);
    expect(directories.unusable.map(({ path }) => path)).toEqual(['/b']);
    expect(lines.filter((line) => line.startsWith('ERROR'))).toEqual([
      expect.stringContaining('/b cannot be used'),
    ]);
    await directories.close(all);
    write(platform, '/a/meta.properties', text);
    await expect(open(platform)).rejects.toThrow('/a holds the cluster');
  });
});

describe('a directory that cannot be used', () => {
  it.each(['makeDirectory', 'read', 'replace'] as const)('by %s is set aside', async (operation) => {
    const platform = createMemoryPlatform();
    if (operation === 'read') await (await open(platform)).directories.close(all);
    const pathEnd = { makeDirectory: '/b', read: '/b/meta.properties', replace: '/b/meta.properties' }[
      operation
    ];
    platform.disk.faults.add({ operation, nth: 1, code: 'EACCES', pathEnd });
    const { directories } = await open(platform);
    expect(directories.directories.map(({ path }) => path)).toEqual(['/a', '/c']);
    await directories.close(all);
    // Its lock was given back, and it has no mark of a clean stop.
    const again = (await open(platform)).directories;
    expect(again.directories.map(({ wasCleanShutdown }) => wasCleanShutdown)).toEqual([
      true,
      operation === 'read',
      true,
    ]);
  });

  it('and is the first ends the start, in words', async () => {
    const platform = createMemoryPlatform();
    platform.disk.faults.add({ operation: 'makeDirectory', nth: 1, code: 'EACCES', pathEnd: '/a' });
    await expect(open(platform)).rejects.toThrow(
      "The log folder /a holds the cluster's metadata and cannot be used: EACCES",
    );
  });
});

it('a directory in use ends the start', async () => {
  const platform = createMemoryPlatform();
  await open(platform);
  await expect(open(platform, ['/d', '/b'])).rejects.toThrow('/b is in use by');
});

describe('the mark of a clean stop', () => {
  it('says the broker epoch, and is gone as soon as it was read', async () => {
    const platform = createMemoryPlatform();
    await (await open(platform)).directories.close(new Set(['/a', '/c']), 42);
    expect(platform.disk.readFile('/a/.kafka_cleanshutdown').toString()).toBe(
      '{"version":0,"brokerEpoch":42}',
    );
    const { directories } = await open(platform);
    expect(
      directories.directories.map(({ wasCleanShutdown, previousBrokerEpoch }) => [
        wasCleanShutdown,
        previousBrokerEpoch,
      ]),
    ).toEqual([
      [true, 42],
      [false, -1],
      [true, 42],
    ]);
    platform.disk.crash();
    expect((await open(platform)).directories.directories.map((one) => one.wasCleanShutdown)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it.each(['', '{"version":0', '[]', '{"version":0,"brokerEpoch":"x"}'])(
    'counts whatever it says (%j)',
    async (text) => {
      const platform = createMemoryPlatform();
      platform.disk.makeDirectory('/a');
      write(platform, '/a/.kafka_cleanshutdown', text);
      const { directories, lines } = await open(platform, ['/a']);
      expect(directories.directories[0]).toMatchObject({ wasCleanShutdown: true, previousBrokerEpoch: -1 });
      expect(lines).toHaveLength(text === '' ? 0 : 1);
    },
  );
});

it('removes what a cut-off replacement left, and nothing else', async () => {
  const platform = createMemoryPlatform();
  platform.disk.makeDirectory('/a/t-0');
  const left = [
    'recovery-point-offset-checkpoint.812-3.tmp',
    'meta.properties.tmp',
    '.kafka_cleanshutdown.1-1.tmp',
  ];
  for (const name of [...left, 'notes.tmp', 't-0/x-checkpoint.1-1.tmp']) write(platform, `/a/${name}`, 'x');
  await open(platform, ['/a']);
  const names = platform.disk.list('/a');
  expect(names.filter((name) => left.includes(name))).toEqual([]);
  expect(names).toContain('notes.tmp');
  expect(platform.disk.exists('/a/t-0/x-checkpoint.1-1.tmp')).toBe(true);
});
