/**
 * Seeded lives of quorums of real logs: processes killed and without power between any two changes to their disks, links
 * cut, connections broken, snapshots taken, disks lost. What was acknowledged must be there in the end, on all; an offset
 * never has two values, and a snapshot holds what was committed before it (the listeners look).
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../platform/memory/memory-time.ts';
import { QuorumNodes, type TestNode } from './testing/quorum-nodes.ts';

/** Set it to a failing seed to see that life alone. */
const REPLAY = null as number | null;
const SEEDS = 12;
const STEPS = 60;

class TroubledLife {
  readonly #random: SeededRandom;
  readonly #nodes: QuorumNodes;
  readonly acknowledged: string[] = [];
  #appended = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#nodes = new QuorumNodes({ voters: 3, observers: 1, seed });
  }

  async run(): Promise<void> {
    const nodes = this.#nodes;
    for (const node of nodes.nodes) this.#boot(node);
    await nodes.untilActive();
    for (let step = 0; step < STEPS; step++) {
      this.#append();
      await this.#makeTrouble();
      await nodes.pass(this.#random.below(this.#random.below(4) === 0 ? 1500 : 60));
    }
    nodes.network.breaksOneIn = 0;
    nodes.network.mendAll();
    for (const node of nodes.nodes) {
      node.machine.endAtChange(Infinity, {}, () => undefined);
      if (!node.machine.isRunning) this.#boot(node);
    }
    await nodes.until(() => nodes.nodes.every(({ log }) => log !== null && !log.status.isJoining));
    await nodes.untilActive();
    await nodes.append('last');
    const told = () => nodes.nodes.map(({ listener }) => listener.values.join());
    await nodes.until(() => told().every((text) => text.endsWith('last') && text === told()[0]));
  }

  get told(): readonly string[] {
    return this.#nodes.node(1).listener.values;
  }

  get failures(): readonly string[] {
    return this.#nodes.nodes.flatMap(({ failures }) => failures);
  }

  #boot(node: TestNode): void {
    const booting = this.#nodes.boot(node, { contact: true });
    const { platform } = node;
    booting.catch((error: unknown) => {
      if (node.platform === platform && node.machine.isRunning) node.failures.push(String(error));
    });
  }

  #append(): void {
    for (const { isActive, listener, log } of this.#nodes.nodes) {
      if (!isActive || log === null) continue;
      const value = `v${String(++this.#appended)}`;
      const batches = [[Buffer.from(value)], [Buffer.from(`${value}b`)]];
      log.append(listener.activeIn ?? -1, batches).then(
        () => this.acknowledged.push(value, `${value}b`),
        () => undefined,
      );
    }
  }

  async #makeTrouble(): Promise<void> {
    const random = this.#random;
    const { network, nodes } = this.#nodes;
    const node = nodes[random.below(nodes.length)] ?? this.#nodes.node(1);
    const other = nodes[random.below(nodes.length)] ?? node;
    switch (random.below(10)) {
      case 0:
        if (node.machine.isRunning) this.#nodes.crash(node.id, { keep: 'everything' });
        return;
      case 1:
        if (!node.machine.isRunning) return;
        return this.#nodes.crash(node.id, {
          keep: 'random',
          seed: random.below(1000),
          isSilent: random.below(2) === 0,
        });
      case 2:
        return this.#endLater(node);
      case 3:
      case 4:
        for (const down of nodes) if (!down.machine.isRunning) this.#boot(down);
        return;
      case 5:
        network.cut(node.machine.name, other.machine.name);
        return;
      case 6:
        network.mendAll();
        return;
      case 7:
        network.breakConnections(node.machine.name, other.machine.name);
        return;
      case 8:
        return this.#snapshot(node);
      default:
        return this.#loseDisk(node);
    }
  }

  /** In the middle of one of its next changes. */
  #endLater(node: TestNode): void {
    if (!node.machine.isRunning) return;
    node.machine.endAtChange(
      1 + this.#random.below(8),
      { keep: 'random', seed: this.#random.below(1000) },
      () => {
        node.log = null;
        node.listener.activeIn = null;
      },
    );
  }

  #snapshot({ log, listener }: TestNode): void {
    if (log === null || listener.endOffset === 0) return;
    const records = [listener.values.map((value) => Buffer.from(value))];
    const epoch = log.status.epoch;
    // Of the last record, which nobody here knows: an epoch is only right while nothing newer was told.
    if (log.status.leaderId === null || listener.endOffset < log.status.logEndOffset) return;
    log.writeSnapshot({ offset: listener.endOffset, epoch }, records).catch(() => undefined);
  }

  /** One at a time, as long as the others have all that was acknowledged: more than that no quorum outlives. */
  #loseDisk(node: TestNode): void {
    const { nodes, voters } = this.#nodes;
    const others = nodes.filter(({ id }) => id !== node.id && id <= voters.length);
    const areWell = others.every(
      ({ log, machine }) => log !== null && machine.isRunning && !log.status.isJoining,
    );
    const haveAll = others.every(({ listener }) =>
      this.acknowledged.every((one) => listener.values.includes(one)),
    );
    if (!areWell || !haveAll || node.log?.status.isJoining === true || this.#random.below(2) === 0) return;
    this.#nodes.crash(node.id);
    node.machine.replaceDisk();
  }
}

describe('a quorum of real logs in trouble', () => {
  const seeds = REPLAY === null ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [REPLAY];

  it.each(seeds)('keeps what it acknowledged (seed %i)', async (seed) => {
    const life = new TroubledLife(seed);
    await life.run();
    expect(life.failures).toEqual([]);
    expect(life.acknowledged.length).toBeGreaterThan(10);
    expect(life.told).toEqual(expect.arrayContaining(life.acknowledged));
    expect(new Set(life.told).size).toBe(life.told.length);
  });
});
