/** Real processes: a supervisor over small stub programs, killed and stopped as a person would. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, freePortRun } from '../../scripts/testing/free-ports.ts';
import { CommandError } from '../command-error.ts';
import { resolveStartOptions } from '../options/start-options.ts';
import { ownerOf, takeDataDirectory } from './data-directory.ts';
import { LogFile } from './log-file.ts';
import { checkPorts } from './ports.ts';
import { processIdentity } from './process-identity.ts';
import { readStatus } from './status-file.ts';
import type { ProcessStatus } from './status-file.ts';

/** Serves health when given a port; "stubborn" ignores SIGTERM, "broken" ends at once, "fenced" is healthy once, "unready" never. */
const stub = `
  import { createServer } from 'node:http';
  const [name, port] = process.argv.slice(2);
  console.log('hello from ' + name);
  if (name === 'broken') { console.error('cannot read my file'); process.exit(3); }
  process.on('SIGTERM', () => { if (name !== 'stubborn') process.exit(0); });
  let asked = 0;
  if (port) {
    createServer((request, response) => {
      response.statusCode = name === 'unready' || (name === 'fenced' && asked++ > 0) ? 503 : 200;
      response.end(name === 'unready' ? 'no controller yet' : 'ok');
    }).listen(Number(port), '127.0.0.1');
  }
  setInterval(() => {}, 1000);
`;

let root = '';
let data = '';
let running: ChildProcess[] = [];

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'aquila supervisor-'));
  data = path.join(root, 'data');
  writeFileSync(path.join(root, 'stub.mjs'), stub);
  const guard = path.join(root, 'dist', 'exit-with-parent.mjs');
  await build({
    entryPoints: ['cli/supervisor/exit-with-parent.ts'],
    outfile: guard,
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
});
afterEach(async () => {
  const ended = running.map(
    (child) =>
      new Promise((resolve) =>
        (child.exitCode ?? child.signalCode) === null ? child.once('close', resolve) : resolve(null),
      ),
  );
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(ended);
  running = [];
  rmSync(root, { recursive: true, force: true });
});

async function until<Value>(look: () => Value | undefined | null | false): Promise<Value> {
  for (;;) {
    const value = look();
    if (value !== undefined && value !== null && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts the supervisor and waits for the first line it says about the start. */
async function supervise(...stubs: string[]): Promise<{ child: ChildProcess; said: () => string }> {
  const script = path.resolve('cli/supervisor/testing/run-stubs.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, root, data, ...stubs], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await until(() => text !== '');
  return { child, said: () => text };
}

const statusOf = (name: string): ProcessStatus | undefined =>
  readStatus(data)?.processes.find((process) => process.name === name);
const pidOf = (name: string): number => statusOf(name)?.pid ?? Number.NaN;
const isGone = (pid: number): boolean => processIdentity(pid) === null;

describe('supervisor', () => {
  it('starts processes, says so in the status file, keeps their words in log files', async () => {
    const { said } = await supervise(`broker-0:${await freePort()}`, 'demo');
    expect(said()).toContain('up');
    expect(statusOf('broker-0')).toMatchObject({ state: 'running', restarts: 0, lastExit: null });
    expect(readFileSync(path.join(data, 'logs', 'broker-0.log'), 'utf8')).toContain('hello from broker-0');
    expect(ownerOf(data)?.pid).toBe(running[0]?.pid);
  });

  it('starts a process again that was killed, and remembers how it ended', async () => {
    await supervise(`broker-0:${await freePort()}`);
    const first = pidOf('broker-0');
    process.kill(first, 'SIGKILL');
    const again = await until(() =>
      statusOf('broker-0')?.restarts === 1 && statusOf('broker-0')?.state === 'running'
        ? statusOf('broker-0')
        : null,
    );
    expect(again.pid).not.toBe(first);
    expect(again.lastExit).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('says that a process hangs, and kills it after a while so that it starts again', async () => {
    const { said } = await supervise(
      'patience=3',
      `broker-0:${await freePort()}`,
      `fenced:${await freePort()}`,
    );
    const first = pidOf('broker-0');
    process.kill(first, 'SIGSTOP');
    await until(() => statusOf('broker-0')?.state === 'not-answering');
    await until(() => said().includes(`broker-0 (process ${first}) runs but has not answered for 2 s`));
    const again = await until(() =>
      statusOf('broker-0')?.restarts === 1 && statusOf('broker-0')?.state === 'running'
        ? statusOf('broker-0')
        : null,
    );
    expect(again).toMatchObject({ lastExit: { code: null, signal: 'SIGKILL' } });
    expect(again.pid).not.toBe(first);
    const log = readFileSync(path.join(data, 'logs', 'broker-0.log'), 'utf8');
    expect(log).toContain('has not answered for 6 s: killed');
    // That it is fenced is an answer, too.
    expect(statusOf('fenced')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('leaves a process alone that stood still and goes on', async () => {
    const { said } = await supervise('patience=1000', `broker-0:${await freePort()}`);
    const pid = pidOf('broker-0');
    process.kill(pid, 'SIGSTOP');
    await until(() => statusOf('broker-0')?.state === 'not-answering');
    process.kill(pid, 'SIGCONT');
    await until(() => statusOf('broker-0')?.state === 'running');
    expect(statusOf('broker-0')).toMatchObject({ pid, restarts: 0, lastExit: null });
    await until(() => said().includes('broker-0 answers again.'));
  });

  it('starts a broker again whose whole directory was removed', async () => {
    await supervise(`broker-0:${await freePort()}`);
    const directory = path.join(data, 'broker-0');
    const file = path.join(directory, 'server.properties');
    const before = readFileSync(file, 'utf8');
    rmSync(directory, { recursive: true });
    process.kill(pidOf('broker-0'), 'SIGKILL');
    await until(() => statusOf('broker-0')?.restarts === 1 && statusOf('broker-0')?.state === 'running');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('leaves nothing behind when it is killed itself', async () => {
    const { child } = await supervise(`broker-0:${await freePort()}`, 'stubborn', 'demo');
    const pids = ['broker-0', 'demo'].map(pidOf);
    const stubborn = pidOf('stubborn');
    child.kill('SIGKILL');
    await until(() => pids.every(isGone));
    // It ignores being asked, and is ended hard after a while.
    await until(() => isGone(stubborn));
    expect(ownerOf(data)).toBeNull();
  });

  it('ends everything on SIGTERM, also what does not listen', async () => {
    const { child } = await supervise(`broker-0:${await freePort()}`, 'stubborn', 'demo');
    const pids = ['broker-0', 'stubborn', 'demo'].map(pidOf);
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null);
    expect(pids.every(isGone)).toBe(true);
    expect(existsSync(path.join(data, 'run', 'status.json'))).toBe(false);
    expect(existsSync(path.join(data, 'run', 'aquila.pid'))).toBe(false);
  });

  it('fails the start, with the end of the log, when a process dies before it ever served', async () => {
    const { said, child } = await supervise(`broken:${await freePort()}`, 'demo');
    await until(() => child.exitCode !== null);
    expect(said()).toContain('broken ended before it was ready');
    expect(said()).toContain('cannot read my file');
  });

  it('fails the start where a process does not become ready, with what it answered', async () => {
    const port = await freePort();
    const { said, child } = await supervise('within=1', `unready:${port}`, 'demo');
    await until(() => child.exitCode !== null);
    expect(said()).toContain(
      `unready is not ready after 1 s: asked at http://127.0.0.1:${port}/health, status 503: no controller yet`,
    );
    expect(said()).toContain('hello from unready');
  });
});

describe('data directory', () => {
  it('is refused while its owner lives, and taken over from one that is gone', () => {
    const giveBack = takeDataDirectory(data, '1.0.0');
    expect(() => takeDataDirectory(data, '1.0.0')).toThrow(`in use by process ${process.pid}`);
    giveBack();
    writeFileSync(
      path.join(data, 'run', 'aquila.pid'),
      JSON.stringify({ pid: process.pid, identity: 'an earlier process of this id' }),
    );
    takeDataDirectory(data, '1.0.0')();
  });

  it('is refused when another version made it', () => {
    mkdirSync(data);
    writeFileSync(path.join(data, 'aquila.json'), '{"layout": 7}');
    expect(() => takeDataDirectory(data, '1.0.0')).toThrow(/--data .*another version/);
  });

  it('is refused in words when it cannot be made', () => {
    writeFileSync(data, 'a file');
    expect(() => takeDataDirectory(data, '1.0.0')).toThrow(CommandError);
  });

  it('is refused, not tried for ever, where no directory can be made at all', () => {
    expect(() => takeDataDirectory('/proc/aquila/data', '1.0.0')).toThrow(
      /--data \/proc\/aquila\/data: .*ENOENT/,
    );
  });
});

describe('ports', () => {
  const options = (...argv: string[]) =>
    resolveStartOptions({
      argv,
      environment: {},
      file: {},
      configFile: null,
      absolute: (given) => given,
      dataDefault: data,
      brokersIn: () => null,
    });

  // All of them are given: one that is derived from another might be somebody else's.
  const flags = ['--port', '--broker-port', '--controller-port', '--metrics-port'] as const;

  it.each(flags)('names %s when that one is taken', async (flag) => {
    const server = createServer();
    const taken = await freePortRun(3);
    await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
    // One for the console, and three each for brokers, controllers and metrics; the first of them is the one that is taken.
    const argv: string[] = [];
    for (const name of flags) argv.push(name, String(name === flag ? taken : await freePortRun(3)));
    await expect(checkPorts(options(...argv))).rejects.toThrow(`${flag} ${taken}`);
    await new Promise((resolve) => server.close(resolve));
    await expect(checkPorts(options(...argv))).resolves.toBeUndefined();
  });
});

describe('log file', () => {
  it('turns over by size and keeps a few old ones', () => {
    mkdirSync(data);
    const file = path.join(data, 'x.log');
    const log = new LogFile(file, 10);
    for (let line = 0; line < 8; line += 1) log.write(`line ${line} ......\n`);
    log.close();
    expect(readFileSync(file, 'utf8')).toContain('line 7');
    expect(readFileSync(`${file}.4`, 'utf8')).toContain('line 3');
    expect(existsSync(`${file}.5`)).toBe(false);
  });
});
