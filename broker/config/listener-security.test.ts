/** Which settings protect a listener, and what is said of those that do not fit together. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';
import { SettingsReader } from './settings-reader.ts';

const LISTENERS =
  'listeners=PLAINTEXT://127.0.0.1:9092,SSL://127.0.0.1:9093,SASL_PLAINTEXT://127.0.0.1:9094,OUT://127.0.0.1:9095';
const MAP =
  'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,OUT:SASL_SSL';
const KEYS = 'ssl.keystore.type=PEM\nssl.keystore.location=/etc/broker.pem';
const USERS =
  'plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="opensesame" user_bob="b" username="x";';
const SASL = `sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512\n${USERS}`;

function read(...lines: string[]) {
  return readBrokerConfig({ properties: parseProperties('server.properties', lines.join('\n')) });
}

function refusal(...lines: string[]): string {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('a listener', () => {
  it('has what its protocol needs, and nothing else', () => {
    const { config, warnings } = read(LISTENERS, MAP, KEYS, SASL);
    expect(warnings).toEqual([]);
    const parts = [...config.listenerSecurity].map(([name, { protocol, tls, sasl }]) => [
      ...[name, protocol, tls !== null, sasl?.mechanisms ?? null],
    ]);
    expect(parts).toEqual([
      ['PLAINTEXT', 'PLAINTEXT', false, null],
      ['SSL', 'SSL', true, null],
      ['SASL_PLAINTEXT', 'SASL_PLAINTEXT', false, ['PLAIN', 'SCRAM-SHA-512']],
      ['OUT', 'SASL_SSL', true, ['PLAIN', 'SCRAM-SHA-512']],
    ]);
    expect(config.interBrokerListenerName).toBe('PLAINTEXT');
  });

  it('takes its own settings before those of all, whatever case its name is written in', () => {
    const { config } = read(
      ...[LISTENERS, MAP, KEYS, SASL],
      'listener.name.out.ssl.keystore.location=/etc/out.pem',
      'listener.name.OUT.ssl.client.auth=required',
      'listener.name.sasl_plaintext.sasl.enabled.mechanisms=plain',
      'listener.name.sasl_plaintext.plain.sasl.jaas.config=a.PlainLoginModule required user_carol="c";',
    );
    const of = (name: string) => config.listenerSecurity.get(name);
    expect(of('SSL')?.tls).toMatchObject({ clientAuth: 'none', identity: [{ path: '/etc/broker.pem' }] });
    expect(of('OUT')?.tls).toMatchObject({
      clientAuth: 'required',
      identity: [{ path: '/etc/out.pem', type: 'PEM', setting: 'listener.name.out.ssl.keystore.location' }],
    });
    expect([...(of('OUT')?.sasl?.plainUsers ?? [])]).toEqual([
      ['alice', 'opensesame'],
      ['bob', 'b'],
    ]);
    expect(of('SASL_PLAINTEXT')?.sasl?.mechanisms).toEqual(['PLAIN']);
    expect([...(of('SASL_PLAINTEXT')?.sasl?.plainUsers ?? [])]).toEqual([['carol', 'c']]);
  });

  it('reads a store of keytool as PKCS12, and takes PEM texts without a file', () => {
    const store = read(
      'listeners=SSL://:9093',
      'ssl.keystore.location=/k.jks',
      'ssl.keystore.password=hush',
    ).config;
    expect(store.listenerSecurity.get('SSL')?.tls).toMatchObject({
      ...{ identity: [{ path: '/k.jks', type: 'PKCS12' }], passphrase: 'hush' },
    });
    const texts = ['ssl.keystore.key=KEY', 'ssl.keystore.certificate.chain=CERT', 'ssl.key.password=hush'];
    const pem = read('listeners=SSL://:9093', 'ssl.keystore.type=PEM', ...texts).config;
    expect(pem.listenerSecurity.get('SSL')?.tls).toMatchObject({
      ...{ identity: [{ pem: 'KEY' }, { pem: 'CERT' }], passphrase: 'hush' },
    });
  });

  it.each<[string, string[]]>([
    ['SSL://:9093 needs ssl.keystore.location', ['listeners=SSL://:9093']],
    ['needs plain.sasl.jaas.config', ['listeners=SASL_PLAINTEXT://:9094', 'sasl.enabled.mechanisms=PLAIN']],
    ['this broker does not have GSSAPI', ['listeners=SASL_PLAINTEXT://:9094']],
    ['must name some of PLAIN', ['listeners=SASL_PLAINTEXT://:9094', 'sasl.enabled.mechanisms=']],
    ['must end with a semicolon', ['listeners=SASL_PLAINTEXT://:9094', SASL.replace('";', '"')]],
    ['needs ssl.keystore.certificate.chain beside it', ['listeners=SSL://:9093', 'ssl.keystore.key=K']],
    ['must have at least one version', ['listeners=SSL://:9093', KEYS, 'ssl.enabled.protocols=']],
    ['must be a list of TLSv1.2, TLSv1.3', ['listeners=SSL://:9093', KEYS, 'ssl.enabled.protocols=TLSv1.1']],
    ['must be DEFAULT or RULE', ['listeners=SSL://:9093', KEYS, 'ssl.principal.mapping.rules=deny']],
    ['keytool -list -rfc', ['listeners=SSL://:9093', KEYS, 'ssl.truststore.location=/t.jks']],
    [
      'server.properties:3: listener.name.ssl.ssl.client.auth=maybe: must be one of none',
      ['listeners=SSL://:9093', 'ssl.keystore.location=/k', 'listener.name.ssl.ssl.client.auth=maybe'],
    ],
    [
      'must be a list of NAME:PROTOCOL with PLAINTEXT, SSL',
      ['listeners=A://:9092', 'listener.security.protocol.map=A:TLS'],
    ],
  ])('is refused: %s', (message, lines) => {
    expect(refusal(...lines)).toContain(message);
  });

  it('is refused without telling a secret', () => {
    const text = refusal(
      'listeners=SASL_PLAINTEXT://:9094',
      'sasl.enabled.mechanisms=PLAIN',
      USERS.slice(0, -1),
    );
    expect(text).toMatch(/^server.properties:3: plain.sasl.jaas.config: must end with a semicolon$/);
    expect(refusal('listeners=SSL://:9093', 'ssl.keystore.key=hush')).not.toContain('hush');
    const settings = new Map([['ssl.key.password' as const, { text: 'hush', where: 'file:1' }]]);
    const refused = (): never =>
      new SettingsReader(settings, new Map()).refuse('ssl.key.password', 'is wrong');
    expect(refused).toThrow('file:1: ssl.key.password: is wrong');
  });

  it('says so of users that no mechanism has, and of keys that no listener knows', () => {
    const { warnings } = read('sasl.jaas.config=a.PlainLoginModule required;', 'listener.name.x.log.dirs=/x');
    expect(warnings.join('\n')).toContain('server.properties:1: sasl.jaas.config names no mechanism');
    expect(warnings.join('\n')).toContain('server.properties:2: listener.name.x.log.dirs is not a key');
  });
});

describe('brokers among themselves', () => {
  const THREE = 'controller.quorum.voters=1@a:9193,2@b:9193,3@c:9193';
  const node = ['node.id=1', THREE];

  const SASL_NODES = [
    'listeners=INSIDE://a:9091,CONTROLLER://a:9193',
    'listener.security.protocol.map=INSIDE:SASL_SSL,CONTROLLER:SASL_PLAINTEXT',
    ...['inter.broker.listener.name=INSIDE', 'sasl.enabled.mechanisms=PLAIN'],
    'plain.sasl.jaas.config=a.PlainLoginModule required username="n" password="x" user_n="x";',
  ];
  const MECHANISMS = [
    'sasl.mechanism.inter.broker.protocol=PLAIN',
    'sasl.mechanism.controller.protocol=PLAIN',
  ];

  it('reach each other, and controllers, as the listeners of those say', () => {
    const { nodeSecurity, listenerSecurity } = read(...node, KEYS, ...SASL_NODES, ...MECHANISMS).config;
    const sasl = { mechanism: 'PLAIN', username: 'n', password: 'x' };
    expect(nodeSecurity.broker).toMatchObject({ listenerName: 'INSIDE', protocol: 'SASL_SSL', sasl });
    expect(nodeSecurity.broker).toMatchObject({ checksHost: true, tls: { clientAuth: 'none' } });
    expect(nodeSecurity.controller).toMatchObject({ protocol: 'SASL_PLAINTEXT', tls: null, sasl });
    expect(listenerSecurity.get('CONTROLLER')?.sasl?.mechanisms).toEqual(['PLAIN']);
    const lax = 'listener.name.inside.ssl.endpoint.identification.algorithm=';
    const { config } = read(...node, KEYS, ...SASL_NODES, ...MECHANISMS, lax);
    expect(config.nodeSecurity.broker.checksHost).toBe(false);
    const plain = read(...node, 'listeners=PLAINTEXT://a:9092,CONTROLLER://a:9193').config.nodeSecurity;
    expect(plain.controller).toMatchObject({ protocol: 'PLAINTEXT', tls: null, sasl: null });
  });

  it('are known to a node that is a controller only', () => {
    const controller = read(
      ...['node.id=1', THREE, 'process.roles=controller', KEYS, 'inter.broker.listener.name=INSIDE'],
      ...['listeners=CONTROLLER://a:9193', 'listener.security.protocol.map=INSIDE:SSL,CONTROLLER:SSL'],
    );
    expect(controller.config.nodeSecurity.broker).toMatchObject({ listenerName: 'INSIDE', protocol: 'SSL' });
  });

  it('use the first listener of their protocol, or the one that is named', () => {
    const listeners = 'listeners=SSL://a:9093,PLAINTEXT://a:9092,CONTROLLER://a:9193';
    expect(read(...node, KEYS, listeners).config.interBrokerListenerName).toBe('PLAINTEXT');
    const inside = 'listeners=SSL://a:9093,PLAINTEXT://a:9092,INSIDE://a:9091,CONTROLLER://a:9193';
    const map = 'listener.security.protocol.map=SSL:SSL,PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT';
    const named = read(...node, KEYS, inside, map, 'inter.broker.listener.name=inside');
    expect(named.config.interBrokerListenerName).toBe('INSIDE');
  });

  it('a cluster of one needs none', () => {
    expect(read('listeners=SSL://:9093', KEYS).config.interBrokerListenerName).toBe('SSL');
  });

  it.each<[string, string[]]>([
    ['has none of PLAINTEXT, which brokers speak', ['listeners=SSL://a:9093,CONTROLLER://a:9193']],
    [
      'must be left out where inter.broker.listener.name is set',
      ['inter.broker.listener.name=PLAINTEXT', 'security.inter.broker.protocol=PLAINTEXT'],
    ],
    ['sasl.mechanism.inter.broker.protocol: must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512', [...SASL_NODES]],
    [
      'sasl.mechanism.controller.protocol=SCRAM-SHA-256: must be PLAIN',
      [...SASL_NODES, ...MECHANISMS, 'sasl.mechanism.controller.protocol=SCRAM-SHA-256'],
    ],
    [
      'must have username="..." and password="..."',
      [...SASL_NODES, ...MECHANISMS, 'listener.name.inside.plain.sasl.jaas.config=a.P required user_n="x";'],
    ],
    [
      'INSIDE needs scram-sha-512.sasl.jaas.config with username and password',
      [...SASL_NODES, ...MECHANISMS, 'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512'],
    ],
  ])('are refused: %s', (message, lines) => {
    expect(refusal(...node, KEYS, ...lines)).toContain(message);
  });
});
