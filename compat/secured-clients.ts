/**
 * Clients of others over TLS with passwords: Java's with a user that Kafka's own tool has set, librdkafka by each mechanism, and
 * both with a certificate of theirs. What is refused is refused in the words of the client.
 */
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BrokerProcess,
  startBrokerProcess,
  temporaryDirectory,
} from '../broker/integration/broker-process.ts';
import { selfSigned } from '../kafka-client/testing/self-signed.ts';
import { freePorts } from '../scripts/testing/free-ports.ts';
import type { CompatCase } from './compat-case.ts';
import { kcatVersion } from './kcat.ts';
import { lacksTools, runTool, toolOutput } from './kafka-distribution.ts';
import { expectEqual, isInstalled, numbers, outputOf, runProgram, sorted } from './run-program.ts';

const PASSWORD = 'correct horse battery';
const own = selfSigned();
const alice = selfSigned('alice');

interface SecuredBroker {
  readonly broker: BrokerProcess;
  readonly plain: string;
  readonly sasl: string;
  readonly mutual: string;
  /** Path of a file in the broker's directory with this content. */
  file(name: string, content: string): string;
}

async function withSecuredBroker(run: (secured: SecuredBroker) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  const file = (name: string, content: string): string => {
    const path = join(directory.path, name);
    writeFileSync(path, content);
    return path;
  };
  const [plain = 0, sasl = 0, mutual = 0] = await freePorts(3);
  const listeners = Object.entries({ PLAINTEXT: plain, SASL_SSL: sasl, SSL: mutual });
  const broker = await startBrokerProcess(directory.path, [
    `listeners=${listeners.map(([name, port]) => `${name}://127.0.0.1:${String(port)}`).join()}`,
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${file('broker.pem', own.key + own.cert)}`,
    'listener.name.ssl.ssl.truststore.type=PEM',
    `listener.name.ssl.ssl.truststore.location=${file('clients.pem', alice.cert)}`,
    'listener.name.ssl.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    `plain.sasl.jaas.config=a.PlainLoginModule required user_alice="${PASSWORD}";`,
  ]);
  const address = (port: number): string => `127.0.0.1:${String(port)}`;
  try {
    await run({ broker, file, plain: address(plain), sasl: address(sasl), mutual: address(mutual) });
    const leaked = [PASSWORD, own.key.slice(40, 90)].filter((secret) => broker.output().includes(secret));
    expectEqual(leaked.join(), '', 'secrets in the log');
  } finally {
    await broker.end('SIGTERM');
    directory.remove();
  }
}

const setUser = (plain: string, mechanism: string): Promise<string> =>
  toolOutput('kafka-configs', plain, [
    ...['--alter', '--entity-type', 'users', '--entity-name', 'alice'],
    ...['--add-config', `${mechanism}=[iterations=8192,password=${PASSWORD}]`],
  ]);

/** What Java's clients take as `--command-config`. */
function javaConfig(mechanism: string, password: string): string {
  const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
  return [
    'security.protocol=SASL_SSL',
    `sasl.mechanism=${mechanism}`,
    `sasl.jaas.config=org.apache.kafka.common.security.${module} required username="alice" password="${password}";`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.certificates=${own.cert.replace(/\n/g, ' ')}`,
  ].join('\n');
}

async function throughJava(at: string, topic: string, config: string): Promise<void> {
  const topicOf = ['--topic', topic];
  await toolOutput('kafka-topics', at, ['--create', ...topicOf, '--command-config', config]);
  const input = numbers(1, 500);
  await toolOutput('kafka-console-producer', at, [...topicOf, '--command-config', config], input);
  const reading = ['--from-beginning', '--max-messages', '500', '--group', `readers-of-${topic}`];
  const read = await toolOutput('kafka-console-consumer', at, [
    ...topicOf,
    ...reading,
    '--command-config',
    config,
  ]);
  expectEqual(sorted(read), sorted(input), 'records');
}

async function javaWithPassword(secured: SecuredBroker): Promise<void> {
  const { plain, sasl, file } = secured;
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) await setUser(plain, mechanism);
  const describe = ['--describe', '--entity-type', 'users', '--entity-name', 'alice'];
  const told = await toolOutput('kafka-configs', plain, describe);
  expectEqual(
    told,
    "SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-256=iterations=8192, SCRAM-SHA-512=iterations=8192\n",
    'user',
  );
  for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    const config = file(`${mechanism}.properties`, javaConfig(mechanism, PASSWORD));
    await throughJava(sasl, `java-${mechanism.toLowerCase()}`, config);
    const wrong = file('wrong.properties', javaConfig(mechanism, 'not this'));
    const refused = await runTool('kafka-topics', sasl, ['--list', '--command-config', wrong]);
    if (refused.status === 0 || !/SaslAuthenticationException/.test(refused.stdout + refused.stderr))
      throw new Error(`a wrong password for ${mechanism}: ${refused.stdout}${refused.stderr}`);
  }
  await toolOutput('kafka-configs', plain, [
    ...['--alter', '--entity-type', 'users', '--entity-name', 'alice', '--delete-config', 'SCRAM-SHA-256'],
  ]);
  const gone = join(file('x', ''), '..', 'SCRAM-SHA-256.properties');
  const refused = await runTool('kafka-topics', sasl, ['--list', '--command-config', gone]);
  if (refused.status === 0) throw new Error('a user that was deleted is let in');
}

async function javaWithCertificate({ mutual, file }: SecuredBroker): Promise<void> {
  const trusting = [
    'security.protocol=SSL',
    'ssl.truststore.type=PEM',
    `ssl.truststore.certificates=${own.cert.replace(/\n/g, ' ')}`,
  ];
  const showing = [
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${file('alice.pem', alice.key + alice.cert)}`,
  ];
  await throughJava(
    mutual,
    'java-certificate',
    file('mutual.properties', [...trusting, ...showing].join('\n')),
  );
  const without = file('without.properties', trusting.join('\n'));
  const refused = await runTool('kafka-topics', mutual, ['--list', '--command-config', without]);
  if (refused.status === 0) throw new Error('let in without a certificate');
}

async function throughKcat(at: string, topic: string, settings: readonly string[]): Promise<void> {
  const options = ['-b', at, '-t', topic, ...settings.flatMap((setting) => ['-X', setting])];
  const input = numbers(1, 500);
  await outputOf('kcat', ['-P', ...options], input);
  const read = await outputOf('kcat', ['-C', ...options, '-o', 'beginning', '-e', '-q']);
  expectEqual(sorted(read), sorted(input), 'records');
}

async function kcatByEachWay({ plain, sasl, mutual, file }: SecuredBroker): Promise<void> {
  const authority = `ssl.ca.location=${file('broker-ca.pem', new X509Certificate(own.cert).toString())}`;
  const password = (word: string): string[] => ['sasl.username=alice', `sasl.password=${word}`];
  const hasTools = (await lacksTools('kafka-configs')) === null;
  const mechanisms = hasTools ? ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] : ['PLAIN'];
  for (const mechanism of mechanisms) {
    if (mechanism !== 'PLAIN') await setUser(plain, mechanism);
    const by = ['security.protocol=SASL_SSL', `sasl.mechanism=${mechanism}`, authority];
    await throughKcat(sasl, `kcat-${mechanism.toLowerCase()}`, [...by, ...password(PASSWORD)]);
    const settings = [...by, ...password('not this')].flatMap((setting) => ['-X', setting]);
    const { status, stderr } = await runProgram('kcat', ['-L', '-m', '3', '-b', sasl, ...settings]);
    if (status === 0 || !/Authentication failed|authentication failure/i.test(stderr))
      throw new Error(`a wrong password for ${mechanism}: ${stderr}`);
  }
  const showing = [
    `ssl.certificate.location=${file('alice-cert.pem', alice.cert)}`,
    `ssl.key.location=${file('alice-key.pem', alice.key)}`,
  ];
  await throughKcat(mutual, 'kcat-certificate', ['security.protocol=SSL', authority, ...showing]);
}

export const securedClientCases: readonly CompatCase[] = [
  {
    name: "Java's clients over TLS with users of PLAIN and SCRAM that kafka-configs sets",
    missing: () => lacksTools('kafka-configs', 'kafka-topics', 'kafka-console-producer'),
    run: () => withSecuredBroker(javaWithPassword),
  },
  {
    name: "Java's clients with a certificate of theirs",
    missing: () => lacksTools('kafka-topics', 'kafka-console-producer', 'kafka-console-consumer'),
    run: () => withSecuredBroker(javaWithCertificate),
  },
  {
    name: 'kcat over TLS with passwords and certificates',
    missing: async () =>
      (await isInstalled('kcat', ['-V'])) ? null : 'kcat is not installed (apt-get install kcat)',
    versions: kcatVersion,
    run: () => withSecuredBroker(kcatByEachWay),
  },
];
