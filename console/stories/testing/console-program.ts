/**
 * Test support: the console's collecting, judging and sending as a process of its own, over a real database and a real mail server,
 * to be killed. The cluster is scripted: what each group is behind by stands in a file that the test writes. The clock runs faster than the
 * real one, by a factor, and goes on where it was after a restart.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CollectorClock } from '../../collector/collector-clock.ts';
import { runCollecting } from '../../collector/collecting.ts';
import { ScriptedCluster } from '../../collector/testing/scripted-cluster.ts';
import { openAccess } from '../../model/cluster-access.ts';
import { databaseHealth } from '../../store/database-health.ts';
import { openDatabase } from '../../store/database.ts';

const END_OFFSET = 1_000_000;

const settings = z
  .object({
    url: z.string(),
    key: z.string(),
    smtpUrl: z.string(),
    lagFile: z.string(),
    /** One second of the machine is so many of the console. */
    speed: z.number(),
    /** When the fast clock and the real one showed the same. */
    sameAtMs: z.number(),
    intervalMs: z.number(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

class ClusterOfFile extends ScriptedCluster {
  constructor() {
    super();
    this.brokerIds = [1];
    this.addTopic('orders', [1]);
    this.ends.set('orders-0', END_OFFSET);
  }

  override listGroups(brokerId: number) {
    const lags = z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(settings.lagFile, 'utf8')));
    this.groups = Object.entries(lags).map(([id, lag]) => ({
      id,
      coordinator: 1,
      committed: [['orders', 0, END_OFFSET - lag] as const],
    }));
    return super.listGroups(brokerId);
  }
}

const { speed, sameAtMs, intervalMs } = settings;
const clock: CollectorClock = {
  nowMs: () => sameAtMs + (Date.now() - sameAtMs) * speed,
  random: () => Math.random(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs / speed);
    return { cancel: () => clearTimeout(timer) };
  },
};

const running = await runCollecting({
  config: {
    collectIntervalMs: intervalMs,
    historyDays: 15,
    publicUrl: 'http://console.test',
    smtpUrl: settings.smtpUrl,
    mailFrom: 'aquila@example.com',
    outbound: 'private',
  },
  clusters: [
    {
      ...{ id: 'local', name: 'local', source: 'bundled', bootstrap: ['127.0.0.1:1'], metrics: [] },
      ...{ access: openAccess, outbound: null, readOnly: false, problem: null },
    },
  ],
  database: await openDatabase(settings.url),
  channelKey: Buffer.from(settings.key, 'hex'),
  log: (event, fields) => process.stdout.write(`${event} ${JSON.stringify(fields)}\n`),
  clock,
  openReader: () => new ClusterOfFile(),
});
process.stdout.write('running\n');
let shown = 'ok';
setInterval(() => {
  const { state } = databaseHealth();
  if (state !== shown) process.stdout.write(`database ${state}\n`);
  shown = state;
}, 20);
process.on('SIGTERM', () => {
  void running.stop().then(() => process.exit(0));
});
