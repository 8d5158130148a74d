/** A quorum of real metadata logs over memory disks and a memory network: elections, commits, crashes, restarts. */
import { describe, expect, it } from 'vitest';
import { NotMetadataLeader } from './metadata-log.ts';
import { FOLDER, QuorumNodes } from './testing/quorum-nodes.ts';

describe('a quorum of one', () => {
  it('leads at once, and what it committed is there after a power cut', async () => {
    const nodes = new QuorumNodes({ voters: 1 });
    await nodes.start();
    expect(await nodes.untilActive()).toBeLessThan(20);
    await nodes.append('a', 'b');
    await nodes.append('c');
    expect(nodes.node(1).listener.values).toEqual(['a', 'b', 'c']);
    nodes.crash(1, { keep: 'nothing' });
    await nodes.start(1);
    await nodes.untilActive();
    expect(nodes.node(1).listener.values).toEqual(['a', 'b', 'c']);
    expect(nodes.node(1).running.leader).toEqual({ epoch: 3, leaderId: 1 });
    await nodes.append('d');
    await nodes.stop(1);
    await nodes.boot(nodes.node(1), { wasClean: true });
    await nodes.untilActive();
    expect(nodes.node(1).listener.values).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives the offset of the first record of each append, many at a time', async () => {
    const nodes = new QuorumNodes({ voters: 1 });
    await nodes.start();
    await nodes.untilActive();
    const { running, listener } = nodes.node(1);
    const epoch = listener.activeIn ?? -1;
    const appends = Array.from({ length: 50 }, (_, index) => {
      return running.append(epoch, [[Buffer.from(`${String(index)}a`)], [Buffer.from(`${String(index)}b`)]]);
    });
    let offsets: readonly number[] = [];
    void Promise.all(appends).then((all) => (offsets = all));
    await nodes.until(() => offsets.length > 0);
    // Behind the LEADER_CHANGE record.
    expect(offsets).toEqual(appends.map((_, index) => 1 + 2 * index));
    expect(listener.values).toHaveLength(100);
  });

  it('keeps its election state as Kafka does', async () => {
    const nodes = new QuorumNodes({ voters: 1 });
    await nodes.start();
    await nodes.untilActive();
    const text = nodes.node(1).machine.disk.readFile(`${FOLDER}/quorum-state`).toString();
    expect(text).toBe(
      '{"leaderId":1,"leaderEpoch":1,"votedId":1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}',
    );
  });
});

describe('a quorum of three', () => {
  it('elects soon after all are up, and all are told what is committed', async () => {
    const nodes = new QuorumNodes({ voters: 3, observers: 1 });
    await nodes.start();
    expect(await nodes.untilActive()).toBeLessThan(300);
    await nodes.append('a');
    await nodes.append('b');
    await nodes.untilAllKnow(['a', 'b']);
    const { leader } = nodes.active().running;
    expect(nodes.nodes.map(({ log }) => log?.leader)).toEqual([leader, leader, leader, leader]);
  });

  it.each([1, 2, 3, 4, 5])('has a new leader within moments of its death (seed %i)', async (seed) => {
    const nodes = new QuorumNodes({ voters: 3, observers: 1, seed });
    await nodes.start();
    await nodes.untilActive();
    await nodes.append('a');
    await nodes.untilAllKnow(['a']);
    const first = nodes.active().id;
    nodes.crash(first);
    expect(await nodes.untilActive()).toBeLessThan(300);
    await nodes.append('b');
    await nodes.untilAllKnow(['a', 'b']);
    await nodes.start(first);
    await nodes.append('c');
    await nodes.untilAllKnow(['a', 'b', 'c']);
    expect(nodes.nodes.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('is led by another soon after a leader that stops', async () => {
    const nodes = new QuorumNodes({ voters: 3 });
    await nodes.start();
    await nodes.untilActive();
    await nodes.append('a');
    const first = nodes.active().id;
    await nodes.stop(first);
    expect(await nodes.untilActive()).toBeLessThan(100);
    await nodes.append('b');
    await nodes.untilAllKnow(['a', 'b']);
  });

  it('gives up a leader without a majority, whose appends are neither told nor taken', async () => {
    const nodes = new QuorumNodes({ voters: 3 });
    await nodes.start();
    await nodes.untilActive();
    await nodes.append('a');
    await nodes.untilAllKnow(['a']);
    const old = nodes.active();
    const epoch = old.listener.activeIn ?? -1;
    for (const { name } of nodes.nodes.map(({ machine }) => machine)) {
      nodes.network.cut(old.machine.name, name);
      nodes.network.cut(name, old.machine.name);
    }
    let error: unknown = null;
    old.running.append(epoch, [[Buffer.from('lost')]]).catch((cause: unknown) => (error = cause));
    await nodes.until(() => error !== null);
    expect(error).toBeInstanceOf(NotMetadataLeader);
    expect(old.listener.events.at(-1)).toMatch(/^leader null/);
    expect(old.listener.events).toContain(`lost ${String(epoch)}`);
    await nodes.untilActive();
    await nodes.append('b');
    nodes.network.mendAll();
    await nodes.untilAllKnow(['a', 'b']);
    await expect(old.running.append(epoch, [[Buffer.from('late')]])).rejects.toThrow(NotMetadataLeader);
  });

  it('commits nothing while two are down, and goes on when one is back, after a power cut of all', async () => {
    const nodes = new QuorumNodes({ voters: 3 });
    await nodes.start();
    await nodes.untilActive();
    const values = ['a', 'b', 'c'];
    for (const value of values) await nodes.append(value);
    for (const id of [1, 2, 3]) nodes.crash(id, { keep: 'nothing', isSilent: true });
    await nodes.start(2);
    await nodes.pass(10_000);
    expect(nodes.node(2).listener.values).toEqual([]);
    await nodes.start(3);
    await nodes.untilActive();
    await nodes.untilAllKnow(values);
    await nodes.start(1);
    await nodes.append('d');
    await nodes.untilAllKnow([...values, 'd']);
  });
});
