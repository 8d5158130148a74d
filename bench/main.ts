/** `npm run bench [-- NAME ...]`, with the names below: prints figures; nothing here passes or fails. */
import { cpus, totalmem } from 'node:os';
import { benchCharts } from './charts.ts';
import { benchCluster } from './cluster.ts';
import { benchCodec } from './codec.ts';
import { benchCollectionRound } from './collection-round.ts';
import { benchFetchServing } from './fetch-serving.ts';
import { benchFetchSessions } from './fetch-sessions.ts';
import { benchLagModel } from './lag-model.ts';
import { benchHistoryMonth } from './history-month.ts';
import { benchLogAppend } from './log-append.ts';
import { benchPages } from './pages.ts';
import { benchProduce } from './produce.ts';
import { benchRecovery } from './recovery.ts';
import { benchRestart } from './restart.ts';
import { benchStartUp } from './start-up.ts';
import { benchTokenTiming } from './token-timing.ts';
import { benchWatching } from './watching.ts';

const benches = {
  codec: benchCodec,
  'lag-model': benchLagModel,
  'log-append': benchLogAppend,
  recovery: benchRecovery,
  'fetch-serving': benchFetchServing,
  'fetch-sessions': benchFetchSessions,
  restart: benchRestart,
  'start-up': benchStartUp,
  produce: benchProduce,
  cluster: benchCluster,
  pages: benchPages,
  charts: benchCharts,
  'collection-round': benchCollectionRound,
  'history-month': () => benchHistoryMonth(),
  watching: benchWatching,
  'token-timing': benchTokenTiming,
};

const wanted = process.argv.slice(2);
console.log(
  `${cpus().length} cores (${cpus()[0]?.model ?? '?'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}\n`,
);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`# ${name}`);
  await bench();
}
