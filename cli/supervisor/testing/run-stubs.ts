/**
 * A supervisor over stand-ins for broker, console and demo, as a process that a test can kill:
 *   node --import tsx cli/supervisor/testing/run-stubs.ts ROOT DATA [patience=N] [within=SECONDS] STUB[:PORT]...
 * ROOT holds dist/exit-with-parent.mjs and the stub programs. Prints "up" when all are. With a patience, whoever leaves N
 * questions of two seconds in a row unanswered is given up; all have to be up within so many seconds.
 */
import path from 'node:path';
import { resolveStartOptions } from '../../options/start-options.ts';
import { takeDataDirectory } from '../data-directory.ts';
import { Supervisor } from '../supervisor.ts';

const [root = '', data = '', ...words] = process.argv.slice(2);
const numberOf = (name: string): string | undefined =>
  words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
const [patience, within] = [numberOf('patience'), numberOf('within')];
const stubs = words.filter((word) => !word.includes('='));
const options = resolveStartOptions({
  argv: ['--data', data],
  environment: {},
  file: {},
  configFile: null,
  absolute: (given) => given,
  dataDefault: data,
  brokersIn: () => null,
});
const giveBack = takeDataDirectory(data, '0.0.0');
const plans = stubs.map((stub) => {
  const [name = '', port] = stub.split(':');
  return {
    name,
    args: [path.join(root, 'stub.mjs'), name, port ?? ''],
    environment: {},
    healthUrl: port === undefined ? null : `http://127.0.0.1:${port}/health`,
    stopWithinMs: 1_000,
  };
});
const supervisor = new Supervisor({
  root,
  version: '0.0.0',
  options,
  plans,
  say: (line) => console.log(line),
  ...(patience !== undefined && {
    silence: { askEveryMs: 100, answerWithinMs: 2_000, saidAfter: 1, endedAfter: Number(patience) },
  }),
  ...(within !== undefined && { upWithinMs: Number(within) * 1_000 }),
});
process.once('SIGTERM', () => {
  void supervisor.stop().then(() => {
    giveBack();
    process.exit(0);
  });
});
supervisor.writeBrokerFiles({ voters: [0], brokers: 1 });
supervisor.start(() => true);
supervisor.waitUntilUp().then(
  () => console.log('up'),
  (error: unknown) => {
    console.log(error instanceof Error ? error.message : 'failed');
    void supervisor.stop().then(() => process.exit(1));
  },
);
