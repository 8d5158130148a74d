/** Voters whose disk is new: finding the cluster, forming one, and not voting before all is back. */
import { describe, expect, it } from 'vitest';
import { META_PATH, QuorumNodes, type TestNode } from './testing/quorum-nodes.ts';

/** Without waiting: nodes need each other. */
function boot(nodes: QuorumNodes, ...ids: readonly number[]): void {
  for (const id of ids) {
    const node = nodes.node(id);
    nodes.boot(node, { contact: true }).catch((error: unknown) => node.failures.push(String(error)));
  }
}

const clusterOf = ({ machine }: TestNode) => machine.disk.readFile(META_PATH).toString();

async function formed(seed = 1, observers = 0): Promise<QuorumNodes> {
  const nodes = new QuorumNodes({ voters: 3, observers, seed });
  boot(nodes, ...nodes.nodes.map(({ id }) => id));
  await nodes.untilActive();
  await nodes.until(() => nodes.nodes.every(({ log }) => log !== null && !log.status.isJoining));
  return nodes;
}

/** Machine `id` comes back without anything on its disk. */
function wipe(nodes: QuorumNodes, id: number): void {
  nodes.crash(id);
  nodes.node(id).machine.replaceDisk();
}

describe('new voters', () => {
  it.each([1, 2, 3])('agree on one cluster and elect soon after all are up (seed %i)', async (seed) => {
    const nodes = new QuorumNodes({ voters: 3, observers: 1, seed });
    boot(nodes, 4, 1, 2);
    await nodes.pass(5000);
    expect(nodes.nodes.every(({ log }) => log === null)).toBe(true);
    boot(nodes, 3);
    expect(await nodes.untilActive()).toBeLessThan(600);
    await nodes.append('a');
    await nodes.untilAllKnow(['a']);
    await nodes.until(() => nodes.nodes.every(({ log }) => log !== null));
    const ids = nodes.nodes.map(clusterOf);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(nodes.nodes.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('say for whom they wait', async () => {
    const nodes = new QuorumNodes({ voters: 3 });
    boot(nodes, 1, 3);
    await nodes.pass(25_000);
    const said = nodes.node(1).lines.filter((line) => line.includes('waits for controller 2 (node-2:9093)'));
    expect(said).toHaveLength(2);
  });

  it('propose the same id after a crash, and keep the proposal no longer than it is one', async () => {
    const nodes = new QuorumNodes({ voters: 3 });
    const [node] = nodes.nodes;
    const path = '/data/proposed-cluster-id';
    boot(nodes, 1);
    await nodes.pass(1000);
    const proposed = node?.machine.disk.readFile(path).toString().trim();
    nodes.crash(1);
    boot(nodes, 1, 2, 3);
    await nodes.untilActive();
    await nodes.until(() => nodes.nodes.every(({ log }) => log !== null));
    expect(nodes.nodes.map(clusterOf)).toEqual([proposed, proposed, proposed]);
    nodes.crash(1);
    boot(nodes, 1);
    await nodes.until(() => node?.log !== null);
    expect(node?.machine.disk.exists(path)).toBe(false);
  });

  it('form one cluster, whenever one of them crashes on the way', async () => {
    let isThrough = false;
    for (let nth = 1; !isThrough; nth++) {
      const nodes = new QuorumNodes({ voters: 3, seed: nth });
      const node = nodes.node((nth % 3) + 1);
      boot(nodes, 1, 2, 3);
      let hasEnded = false;
      node.machine.endAtChange(nth, { keep: 'random', seed: nth }, () => {
        hasEnded = true;
        node.log = null;
        node.listener.activeIn = null;
      });
      await nodes.until(() => hasEnded || nodes.nodes.some(({ isActive }) => isActive));
      isThrough = !hasEnded;
      if (hasEnded) boot(nodes, node.id);
      await nodes.until(() => nodes.nodes.every(({ log }) => log !== null && !log.status.isJoining));
      await nodes.untilActive();
      await nodes.append('a');
      await nodes.untilAllKnow(['a']);
      expect(new Set(nodes.nodes.map(clusterOf)).size).toBe(1);
      if (isThrough) expect(nth).toBeGreaterThan(10);
    }
  });
});

describe('a voter that lost its disk', () => {
  it('votes again without waiting for its leader to have news', async () => {
    const nodes = await formed();
    const wiped = nodes.nodes.find(({ id }) => id !== nodes.active().id)?.id ?? 0;
    wipe(nodes, wiped);
    boot(nodes, wiped);
    await nodes.until(() => nodes.node(wiped).log?.status.isJoining === true);
    expect(await nodes.until(() => nodes.node(wiped).log?.status.isJoining === false)).toBeLessThan(300);
  });

  it('gets all back as an observer, and then votes again', async () => {
    const nodes = await formed();
    await nodes.append('a', 'b');
    await nodes.untilAllKnow(['a', 'b']);
    const leader = nodes.active().id;
    const wiped = nodes.nodes.find(({ id }) => id !== leader)?.id ?? 0;
    wipe(nodes, wiped);
    await nodes.append('c');
    boot(nodes, wiped);
    await nodes.until(() => nodes.node(wiped).log?.status.isJoining === true);
    await nodes.until(() => nodes.node(wiped).log?.status.isJoining === false);
    expect(nodes.node(wiped).listener.values).toEqual(['a', 'b', 'c']);
    // It counts: with it and without another one things go on.
    const third = nodes.nodes.find(({ id }) => id !== leader && id !== wiped)?.id ?? 0;
    nodes.crash(third);
    await nodes.append('d');
    nodes.crash(leader);
    await nodes.start(third);
    await nodes.untilActive();
    await nodes.append('e');
    await nodes.untilAllKnow(['a', 'b', 'c', 'd', 'e']);
  });

  it('as the leader comes back as what it is: new', async () => {
    const nodes = await formed(2);
    await nodes.append('a');
    const leader = nodes.active().id;
    wipe(nodes, leader);
    boot(nodes, leader);
    await nodes.until(() => nodes.node(leader).log?.status.isJoining === false);
    await nodes.append('b');
    await nodes.untilAllKnow(['a', 'b']);
  });

  /** 'lost' is on the disks of leader and wiped voter only; the third one is down meanwhile. */
  async function onlyOneHasAll(): Promise<{
    nodes: QuorumNodes;
    leader: number;
    wiped: number;
    third: number;
  }> {
    const nodes = await formed(3);
    await nodes.append('a');
    await nodes.untilAllKnow(['a']);
    const leader = nodes.active().id;
    const [wiped = 0, third = 0] = nodes.nodes.map(({ id }) => id).filter((id) => id !== leader);
    nodes.crash(third);
    await nodes.append('b');
    await nodes.untilAllKnow(['a', 'b']);
    nodes.crash(leader);
    wipe(nodes, wiped);
    return { nodes, leader, wiped, third };
  }

  it('does not elect one that lacks what it had acknowledged', async () => {
    const { nodes, leader, wiped, third } = await onlyOneHasAll();
    boot(nodes, wiped);
    await nodes.start(third);
    await nodes.pass(60_000);
    expect(nodes.nodes.some(({ isActive }) => isActive)).toBe(false);
    expect(
      nodes.node(wiped).lines.some((line) => line.includes(`Waiting for controller ${String(leader)}`)),
    ).toBe(true);
    // A restart does not make it forget that it must not.
    nodes.crash(wiped);
    boot(nodes, wiped);
    await nodes.pass(30_000);
    expect(nodes.nodes.some(({ isActive }) => isActive)).toBe(false);
    await nodes.start(leader);
    await nodes.untilActive();
    await nodes.untilAllKnow(['a', 'b']);
    await nodes.until(() => nodes.node(wiped).log?.status.isJoining === false);
    await nodes.append('c');
    await nodes.untilAllKnow(['a', 'b', 'c']);
  });

  it('does not believe a leader that others have left behind', async () => {
    const nodes = await formed(5);
    await nodes.append('a');
    await nodes.untilAllKnow(['a']);
    const old = nodes.active();
    const others = nodes.nodes.filter((node) => node !== old);
    // Refused, they soon elect another one, of which it does not hear.
    old.endListening();
    await nodes.pass(5);
    for (const { machine } of others) {
      nodes.network.cut(old.machine.name, machine.name);
      nodes.network.cut(machine.name, old.machine.name);
    }
    await nodes.until(() => others.some(({ isActive }) => isActive));
    await nodes.append('b');
    await nodes.until(() => others.every(({ listener }) => listener.values.includes('b')));
    const newer = nodes.active();
    const wiped = others.find((node) => node !== newer) ?? old;
    nodes.crash(newer.id);
    wipe(nodes, wiped.id);
    nodes.network.mendAll();
    nodes.listenAgain(old);
    // It still leads, as far as it knows.
    expect(old.isActive).toBe(true);
    boot(nodes, wiped.id);
    await nodes.until(() => wiped.listener.values.includes('a') || !old.isActive);
    await nodes.pass(30_000);
    expect(wiped.log?.status.isJoining).toBe(true);
    expect(nodes.nodes.some(({ isActive }) => isActive)).toBe(false);
    boot(nodes, newer.id);
    await nodes.untilActive();
    await nodes.untilAllKnow(['a', 'b']);
  });

  it('is not helped by another one that lost its disk', async () => {
    const { nodes, wiped, third } = await onlyOneHasAll();
    wipe(nodes, third);
    boot(nodes, wiped, third);
    await nodes.pass(60_000);
    expect(nodes.node(wiped).log).toBeNull();
    expect(nodes.nodes.some(({ isActive }) => isActive)).toBe(false);
  });

  it('says what to do when another one loses its disk before it votes again, and the last one may go on alone', async () => {
    const nodes = await formed(6);
    await nodes.append('a', 'b');
    await nodes.untilAllKnow(['a', 'b']);
    const left = nodes.active();
    const [one = 0, other = 0] = nodes.nodes.map(({ id }) => id).filter((id) => id !== left.id);
    wipe(nodes, one);
    boot(nodes, one);
    await nodes.until(() => nodes.node(one).log?.status.isJoining === true);
    wipe(nodes, other);
    boot(nodes, other);
    await nodes.pass(60_000);
    expect(nodes.nodes.some(({ isActive }) => isActive)).toBe(false);
    const said = `The disks of controllers ${String(one)}, ${String(other)} are new, and of 3 voters 2 must still know`;
    for (const id of [one, other]) {
      const lines = nodes.node(id).lines.filter((line) => line.startsWith(said));
      expect(lines.length).toBeGreaterThan(3);
      expect(lines[0]).toContain(`one of the others (${String(left.id)}) go on alone`);
    }
    const voters = nodes.voters.filter(({ id }) => id === left.id);
    for (const node of [left, nodes.node(one)]) {
      nodes.crash(node.id);
      nodes.boot(node, { voters }).catch((error: unknown) => node.failures.push(String(error)));
    }
    await nodes.untilActive();
    await nodes.append('c');
    await nodes.until(() => nodes.node(one).listener.values.join() === 'a,b,c');
    expect(left.listener.values).toEqual(['a', 'b', 'c']);
  });

  it('is described once, as a voter with how far it is, and not counted', async () => {
    const nodes = await formed(4);
    await nodes.append('a');
    const leader = nodes.active();
    const [wiped = 0, third = 0] = nodes.nodes.map(({ id }) => id).filter((id) => id !== leader.id);
    nodes.crash(third);
    wipe(nodes, wiped);
    boot(nodes, wiped);
    await nodes.until(() => (leader.running.status.observers?.size ?? 0) > 0 || !leader.isActive);
    const request = { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] };
    const [topic] = leader.running.describeQuorum(request).topics ?? [];
    const { currentVoters, observers } = topic?.partitions?.[0] ?? {};
    expect(observers).toEqual([]);
    expect(currentVoters?.map(({ replicaId }) => replicaId)).toEqual(nodes.voters.map(({ id }) => id));
    const own = currentVoters?.find(({ replicaId }) => replicaId === wiped);
    expect(own?.lastFetchTimestamp).toBeGreaterThan(0n);
    // Without the third there is no majority.
    await nodes.until(() => !leader.isActive);
  });
});
