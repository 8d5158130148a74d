/**
 * A process that plays rounds, each when its parent says so, and tells what it cost: `round-process.ts console|bare|kafkajs HOST:PORT`. In a
 * process of its own because the heap and the load of whoever compares must not tell in it.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Kafka, logLevel } from 'kafkajs';
import { openReader } from '../../console/collector/cluster-reader.ts';
import { Rounds } from '../../console/collector/testing/rounds.ts';
import { BareRounds } from './bare-round.ts';

/** What came of one round. */
export interface RoundResult {
  readonly requests: number;
  /** The sum of all lags, to see that both found the same. */
  readonly lag: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly blockMs: number;
  readonly rssMiB: number;
}

interface Player {
  play(): Promise<{ readonly requests: number; readonly lag: number }>;
}

const intervalMs = 10_000;
/** A beginning in the middle of beats, as the second and later rounds of the console have it: what follows are lag rounds. */
const startMs = 1_000_000;

function consolePlayer(address: string): Player {
  const reader = openReader({ bootstrap: [address], tls: null, resolve: null, authenticate: null });
  const rounds = new Rounds(reader, intervalMs);
  let round = 0;
  return {
    async play() {
      reader.takeTraffic();
      const { groups } = await rounds.play(startMs + round++ * 600);
      let lag = 0;
      for (const { totalLag } of groups.values()) lag += totalLag ?? 0;
      const traffic = Object.values(reader.takeTraffic()).flatMap(({ requests }) => Object.values(requests));
      return { requests: traffic.reduce((sum, count) => sum + count, 0), lag };
    },
  };
}

function barePlayer(address: string): Player {
  const at = address.lastIndexOf(':');
  const rounds = new BareRounds(address.slice(0, at), Number(address.slice(at + 1)));
  return {
    async play() {
      const lag = await rounds.round();
      return { requests: rounds.requests, lag };
    },
  };
}

/** What a program does that takes kafkajs' admin calls as they are: ends of each topic, commits of each group. */
function kafkajsPlayer(address: string): Player {
  const kafka = new Kafka({ clientId: 'kafkajs', brokers: [address], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const connected = admin.connect();
  return {
    async play() {
      await connected;
      const ends = new Map<string, number>();
      for (const topic of await admin.listTopics()) {
        for (const { partition, offset } of await admin.fetchTopicOffsets(topic))
          ends.set(`${topic} ${String(partition)}`, Number(offset));
      }
      let lag = 0;
      const { groups } = await admin.listGroups();
      await admin.describeGroups(groups.map(({ groupId }) => groupId));
      for (const { groupId } of groups) {
        for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
          for (const { partition, offset } of partitions) {
            const end = ends.get(`${topic} ${String(partition)}`);
            if (end !== undefined && Number(offset) >= 0) lag += Math.max(0, end - Number(offset));
          }
        }
      }
      return { requests: NaN, lag };
    },
  };
}

async function measured(player: Player): Promise<RoundResult> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const { requests, lag } = await player.play();
  const wallMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  await new Promise((resolve) => setImmediate(resolve));
  delay.disable();
  return {
    ...{ requests, lag, wallMs },
    cpuMs: (cpu.user + cpu.system) / 1_000,
    blockMs: delay.max / 1e6,
    rssMiB: process.memoryUsage().rss / 2 ** 20,
  };
}

const [kind = '', address = ''] = process.argv.slice(2);
const players: Readonly<Record<string, (address: string) => Player>> = {
  console: consolePlayer,
  bare: barePlayer,
  kafkajs: kafkajsPlayer,
};
const player = (players[kind] ?? consolePlayer)(address);
process.on('message', () => {
  void measured(player).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
