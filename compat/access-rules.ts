/**
 * ACLs that Kafka's own tool sets and lists on a broker of ours, and what they come to for Java's clients: allowed, denied,
 * by prefix, taken away again.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACL_SETTINGS, PASSWORD, type User } from '../broker/integration/acl-kit.ts';
import { startBrokerProcess, temporaryDirectory } from '../broker/integration/broker-process.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, runTool, toolOutput } from './kafka-distribution.ts';
import { expectEqual, numbers, sorted } from './run-program.ts';

interface Access {
  readonly bootstrap: string;
  /** What a tool takes to be this user. */
  readonly as: (user: User) => readonly string[];
}

async function withAuthorizer(run: (access: Access) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  const broker = await startBrokerProcess(directory.path, [
    ...ACL_SETTINGS,
    'listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT',
    'super.users=User:root',
  ]);
  const as = (user: User): readonly string[] => {
    const path = join(directory.path, `${user}.properties`);
    const module = 'org.apache.kafka.common.security.plain.PlainLoginModule';
    const settings = [
      ...['security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=PLAIN'],
      `sasl.jaas.config=${module} required username="${user}" password="${PASSWORD}";`,
    ];
    writeFileSync(path, settings.join('\n'));
    return ['--command-config', path];
  };
  try {
    await run({ bootstrap: `127.0.0.1:${String(broker.port)}`, as });
  } finally {
    await broker.end('SIGTERM');
    directory.remove();
  }
}

/** Operations that the tool lists for a principal, in the order of their names. */
function operationsOf(listed: string, principal: string): string {
  const entry = /principal=(\S+), host=\*, operation=(\w+), permissionType=(\w+)/g;
  return [...listed.matchAll(entry)]
    .filter(([, who]) => who === principal)
    .map(([, , operation, permission]) => `${permission ?? ''} ${operation ?? ''}`)
    .sort()
    .join(', ');
}

async function javaUnderAcls({ bootstrap, as }: Access): Promise<void> {
  const acls = (...argv: string[]) => toolOutput('kafka-acls', bootstrap, [...as('root'), ...argv]);
  const topic = ['--topic', 'orders'];
  const alice = ['--allow-principal', 'User:alice'];
  await toolOutput('kafka-topics', bootstrap, [...as('root'), '--create', ...topic]);
  const input = numbers(1, 100);
  const write = (lines: string) =>
    runTool('kafka-console-producer', bootstrap, [...as('alice'), ...topic], lines);
  // After each record that is refused the client waits longer before it asks again, up to a second.
  const writeInVain = () => write('1\n');
  const consume = () => {
    const reading = [
      '--from-beginning',
      '--max-messages',
      '100',
      '--timeout-ms',
      '15000',
      '--group',
      'readers',
    ];
    return runTool('kafka-console-consumer', bootstrap, [...as('alice'), ...topic, ...reading]);
  };
  const expectRefused = (said: { stdout: string; stderr: string }, reason: RegExp): void => {
    if (!reason.test(said.stdout + said.stderr)) throw new Error(`not refused: ${said.stdout}${said.stderr}`);
  };

  expectRefused(await writeInVain(), /TopicAuthorizationException|Not authorized to access topics/);
  await acls('--add', ...alice, '--producer', ...topic);
  const added = 'ALLOW CREATE, ALLOW DESCRIBE, ALLOW WRITE';
  expectEqual(operationsOf(await acls('--list', ...topic), 'User:alice'), added, 'ACLs of a producer');
  const sent = await write(input);
  expectEqual([sent.status, sent.stderr.includes('ERROR')].join(), '0,false', 'producing');

  expectRefused(await consume(), /GroupAuthorizationException|TopicAuthorizationException/);
  await acls(
    '--add',
    ...alice,
    '--consumer',
    ...topic,
    '--group',
    'read',
    '--resource-pattern-type',
    'prefixed',
  );
  const covered = await acls('--list', '--group', 'readers', '--resource-pattern-type', 'match');
  expectEqual(operationsOf(covered, 'User:alice'), 'ALLOW READ', 'ACLs that cover a group');
  expectEqual(sorted((await consume()).stdout), sorted(input), 'records');

  await acls('--add', '--deny-principal', 'User:*', '--operation', 'Write', ...topic);
  // It was all that alice could write to: an idempotent producer is told so of the cluster.
  expectRefused(await writeInVain(), /ClusterAuthorizationException|TopicAuthorizationException/);
  await acls('--remove', '--force', '--deny-principal', 'User:*', '--operation', 'Write', ...topic);
  expectEqual((await write(input)).stderr.includes('ERROR'), false, 'producing again');

  const others = await runTool('kafka-acls', bootstrap, [...as('alice'), '--list']);
  expectRefused(others, /ClusterAuthorizationException/);
  await acls('--remove', '--force', ...topic, '--resource-pattern-type', 'any');
  await acls('--remove', '--force', '--group', 'read', '--resource-pattern-type', 'prefixed');
  expectEqual((await acls('--list')).trim(), '', 'ACLs at the end');
}

export const accessRuleCases: readonly CompatCase[] = [
  {
    name: "Java's clients under ACLs that kafka-acls sets, lists and removes",
    missing: () =>
      lacksTools('kafka-acls', 'kafka-topics', 'kafka-console-producer', 'kafka-console-consumer'),
    run: () => withAuthorizer(javaUnderAcls),
  },
];
