/** Test support: starts, kills and stops console-program.ts, and says what people were told. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertRuleInputSchema } from '../../contracts/alerts.ts';
import { insertChannel } from '../../store/alert-channels.ts';
import { insertRule } from '../../store/alert-rules.ts';
import { openDatabase, type Database } from '../../store/database.ts';

const program = fileURLToPath(new URL('console-program.ts', import.meta.url));

export interface ConsoleProcess {
  readonly child: ChildProcess;
  /** What it wrote. */
  output(): string;
  /** Sends the signal, and waits for the end where it ends the process. */
  signal(name: NodeJS.Signals): Promise<void>;
}

/** One database with a rule that fires over a lag of 100, whose notices go to one address. */
export interface Story {
  readonly directory: string;
  readonly database: Database;
  /** As the processes see it. */
  nowMs(): number;
  /** Sets what groups are behind by; those that are not named stay as they are. */
  lag(changes: Readonly<Record<string, number>>): void;
  start(): Promise<ConsoleProcess>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

export interface StoryOptions {
  readonly smtpUrl: string;
  readonly speed: number;
  readonly intervalMs?: number;
  /** Where the database is; a directory of its own unless said otherwise. */
  readonly databaseDirectory?: string;
}

export async function openStory(options: StoryOptions): Promise<Story> {
  const { smtpUrl, speed, intervalMs = 10_000 } = options;
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-story-'));
  const url = `file:${path.join(options.databaseDirectory ?? directory, 'aquila.db')}`;
  const key = randomBytes(32);
  const lagFile = path.join(directory, 'lag.json');
  const sameAtMs = Date.now();
  const database = await openDatabase(url);
  const processes: ConsoleProcess[] = [];
  const lags: Record<string, number> = {};
  const lag = (changes: Readonly<Record<string, number>>): void => {
    Object.assign(lags, changes);
    writeFileSync(`${lagFile}.new`, JSON.stringify(lags));
    renameSync(`${lagFile}.new`, lagFile);
  };
  lag({});
  await insertRuleAndChannel(database, key);
  return {
    directory,
    database,
    nowMs: () => sameAtMs + (Date.now() - sameAtMs) * speed,
    lag,
    start: async () => {
      const settings = { url, key: key.toString('hex'), smtpUrl, lagFile, speed, sameAtMs, intervalMs };
      const started = await startProgram(JSON.stringify(settings));
      processes.push(started);
      return started;
    },
    close: async () => {
      await Promise.all(processes.map((each) => each.signal('SIGKILL')));
      await database.$disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function insertRuleAndChannel(database: Database, key: Buffer): Promise<void> {
  const at = new Date();
  const settings = { from: null, to: ['ops@example.com'] };
  const record = { name: 'ops', type: 'email', settings, secret: {}, enabled: true };
  const { id } = await insertChannel(database, key, record, at);
  const rule = alertRuleInputSchema.parse({
    ...{ name: 'late', type: 'group-lag', cluster: 'local', threshold: 100, channelIds: [id] },
  });
  await insertRule(database, rule, { id: 'rule', by: 'admin', at });
}

async function startProgram(settings: string): Promise<ConsoleProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const add = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = once(child, 'close');
  await Promise.race([
    new Promise<void>((resolve) => {
      child.stdout.on('data', () => {
        if (output.includes('running\n')) resolve();
      });
    }),
    ended.then(() => {
      throw new Error(`the console ended: ${output}`);
    }),
  ]);
  return {
    child,
    output: () => output,
    signal: async (name) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(name);
      if (name !== 'SIGSTOP' && name !== 'SIGCONT') await ended;
    },
  };
}
