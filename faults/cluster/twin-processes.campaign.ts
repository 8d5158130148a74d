/**
 * Processes that are not who they say they are: a second one on a live broker's disk, a second one with its id and a disk of
 * its own, and one whose disk belongs to another cluster. Each must end by itself and say why, and the cluster and whoever
 * has the id by right go on as if nothing had been.
 */
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const TWIN_LIMIT_MS = 40_000;
/** For a process that is told nothing: it gives up. */
const SOON = 'initial.broker.registration.timeout.ms=6000';

async function activeController(cluster: ClusterUnderFault): Promise<number | null> {
  const client = new KafkaCluster({ bootstrap: cluster.bootstrap, clientId: 'twin-watch' });
  try {
    return (await describeQuorum(client))?.leaderId ?? null;
  } finally {
    client.close();
  }
}

/** What a second process of the same configuration needs to have to itself. */
async function portsOfItsOwn(): Promise<readonly string[]> {
  const [client, internal, controller] = (await freePorts(3)).map((port) => `127.0.0.1:${String(port)}`);
  return [
    `listeners=PLAINTEXT://${String(client)},INTERNAL://${String(internal)},CONTROLLER://${String(controller)}`,
    `advertised.listeners=PLAINTEXT://${String(client)},INTERNAL://${String(internal)}`,
  ];
}

it('lets no second process have the disk or the id of a live broker', { timeout: 240_000 }, async () => {
  const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
  await underLoad(cluster, {}, async ({ leaders, isrs, progress }) => {
    const original = (await leaders())[0] ?? 0;
    const { pid } = cluster.node(original).child ?? {};
    const before = await leaders();

    const sameDisk = await cluster.runTwin(original, await portsOfItsOwn(), TWIN_LIMIT_MS);
    expect(sameDisk.status, sameDisk.output).toBe(1);
    expect(sameDisk.output).toMatch(/in use by/);
    expect(sameDisk.output).not.toMatch(/^\s+at /m);

    // Nobody tells the twin of the active controller who leads: it would have to ask itself.
    const active = await activeController(cluster);
    for (const { id } of cluster.nodes) {
      const own = [...(await portsOfItsOwn()), `log.dirs=${join(cluster.directory, `twin-${String(id)}`)}`];
      const sameId = await cluster.runTwin(id, [...own, SOON], TWIN_LIMIT_MS);
      expect(sameId.status, sameId.output).toBe(1);
      expect(sameId.output).toMatch(id === active ? /took this broker in/ : /Another broker with node\.id=/);
      expect(sameId.output).not.toMatch(/^\s+at /m);
    }

    await progress(300, 20_000);
    expect(cluster.node(original).child?.pid).toBe(pid);
    expect(cluster.isRunning(original)).toBe(true);
    // Neither took a leadership from anybody, nor a place among the replicas in sync.
    expect(await leaders()).toEqual(before);
    expect((await isrs()).every((isr) => isr.length === 3)).toBe(true);
  });
});

it('does not let a disk of another cluster in', { timeout: 240_000 }, async () => {
  const other = await ClusterUnderFault.start({ nodes: 1 });
  expect(await other.end(0, 'SIGTERM')).toBe(0);
  const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
  await underLoad(cluster, {}, async ({ progress }) => {
    const { dataDirectory } = cluster.node(0);
    const own = `${dataDirectory}-own`;
    await cluster.kill(0);
    renameSync(dataDirectory, own);
    cpSync(other.node(0).dataDirectory, dataDirectory, { recursive: true });
    const foreign = await cluster.runTwin(0, [SOON], TWIN_LIMIT_MS);
    expect(foreign.status, foreign.output).toBe(1);
    expect(foreign.output).toMatch(/belongs to (another )?cluster/);
    expect(foreign.output).not.toMatch(/^\s+at /m);
    await progress(300, 20_000);
    cluster.wipe(0);
    renameSync(own, dataDirectory);
    await cluster.start(0);
    await progress(300, 20_000);
  });
});
