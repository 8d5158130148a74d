/**
 * The `aquila` command: finds the verb, runs it, turns a failure with a reason into one line and an exit status.
 * bin/aquila and `npm start` call it from the bundle in dist/; help shows the verbs that are in the table below.
 */
import { productVersion } from './command-context.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, usageError } from './command-error.ts';
import type { Verb } from './verb.ts';
import { codec } from './verbs/codec.ts';
import { databaseCopy } from './verbs/database.ts';
import { kafkaDumpLog } from './verbs/kafka-dump-log.ts';
import { kafkaServerStart, kafkaServerStop } from './verbs/kafka-server.ts';
import { kafkaTools } from './verbs/kafka-tools.ts';
import { start } from './verbs/start.ts';
import { stats } from './verbs/stats.ts';
import { status, version } from './verbs/status.ts';
import { restart, stop } from './verbs/stop.ts';
import { tokenCreate, tokenList, tokenRevoke, topicTokenRotate } from './verbs/token.ts';
import { userCreate, userList, userPasswd } from './verbs/user.ts';

const verbs: readonly Verb[] = [
  ...[start, stop, restart, status, stats, version],
  ...[kafkaServerStart, kafkaServerStop, ...kafkaTools, kafkaDumpLog],
  ...[userCreate, userPasswd, userList],
  ...[tokenCreate, tokenList, tokenRevoke, topicTokenRotate],
  databaseCopy,
  codec,
];

function overview(root: string): string[] {
  return [
    `Aquila ${productVersion(root)}: a web console for Apache Kafka, and the broker it brings along.`,
    '',
    'Usage: bin/aquila VERB [options]',
    '',
    ...verbs.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(46)} ${summary}`),
    '',
    '"aquila help VERB" says more. "npm start" is "aquila start" in the foreground.',
  ];
}

function help(words: readonly string[], context: CommandContext): number {
  const verb =
    verbs.find(({ name }) => name === words.join(' ')) ?? verbs.find(({ name }) => name === words[0]);
  if (words.length > 0 && verb === undefined)
    throw usageError(`there is no verb "${words.join(' ')}". "aquila help" lists them.`);
  const lines =
    verb === undefined
      ? overview(context.root)
      : [`aquila ${verb.name} ${verb.usage}`, `  ${verb.summary}`, ...(verb.details ?? [])];
  for (const line of lines) context.print(line);
  return 0;
}

function findVerb(argv: readonly string[]): { verb: Verb; rest: readonly string[] } {
  const two = verbs.find(({ name }) => name === argv.slice(0, 2).join(' '));
  if (two !== undefined && argv.length >= 2) return { verb: two, rest: argv.slice(2) };
  const one = verbs.find(({ name }) => name === argv[0]);
  if (one !== undefined) return { verb: one, rest: argv.slice(1) };
  const group = verbs.filter(({ name }) => name.startsWith(`${argv[0] ?? ''} `));
  const hint =
    group.length > 0
      ? `There is: ${group.map(({ name }) => name).join(', ')}.`
      : '"aquila help" lists the verbs.';
  throw usageError(`there is no verb "${argv.slice(0, group.length > 0 ? 2 : 1).join(' ')}". ${hint}`);
}

async function run(argv: readonly string[], root: string): Promise<number> {
  const context: CommandContext = {
    root,
    argv,
    print: (line) => process.stdout.write(`${line}\n`),
    say: (line) => process.stderr.write(`${line}\n`),
  };
  const [first = 'help', ...rest] = argv;
  if (['help', '--help', '-h'].includes(first)) return help(rest, context);
  if (first === '--version') return version.run({ ...context, argv: [] });
  const found = findVerb(argv);
  if (found.rest.includes('--help') && found.verb.hasOwnHelp !== true)
    return help([found.verb.name], context);
  return found.verb.run({ ...context, argv: found.rest });
}

/** Resolves with the exit status. */
export async function runCommandLine(argv: readonly string[], { root }: { root: string }): Promise<number> {
  try {
    return await run(argv, root);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`aquila: ${error.message}\n`);
    return error.exitStatus;
  }
}
