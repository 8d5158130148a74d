/** Kafka Eagle's file: what has an effect is read in all spellings, everything else is named in a warning. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseProperties } from './properties-file.ts';
import { openAccess } from '../model/cluster-access.ts';
import { parseSystemConfig as parse } from './system-config.ts';

const files = new Map<string, string>();
const parseSystemConfig = (text: string) =>
  parse(text, (file) => {
    const found = files.get(file);
    if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return found;
  });

test('a .properties file is read as Java reads it', () => {
  const text = [
    '# comment',
    '  ! comment',
    'a=1',
    'b : 2 ',
    'c 3',
    'long = one,\\',
    '       two',
    'path=C:\\\\data',
    'tab=x\\ty',
    'umlaut=\\u00fc',
    'a\\=b=c',
    'empty=',
    'a=4',
  ].join('\r\n');
  expect([...parseProperties(text)]).toEqual([
    ['a', '4'],
    ['b', '2'],
    ['c', '3'],
    ['long', 'one,two'],
    ['path', 'C:\\data'],
    ['tab', 'x\ty'],
    ['umlaut', 'ü'],
    ['a=b', 'c'],
    ['empty', ''],
  ]);
});

test('a file of the 1.3 line gives port, token, mail, database and the cluster that names its brokers', () => {
  const config = parseSystemConfig(`
kafka.eagle.zk.cluster.alias=cluster1,cluster2
cluster1.zk.list=127.0.0.1:2181
cluster1.kafka.eagle.bootstrap.servers=a:9092, b:9092
cluster2.zk.list=10.0.0.1:2181
kafka.eagle.webui.port=8048
kafka.eagle.topic.token=keadmin
kafka.eagle.metrics.retain=15
kafka.eagle.mail.enable=true
kafka.eagle.mail.sa=alert@example.com
kafka.eagle.mail.username=alert@example.com
kafka.eagle.mail.password=p:w/d
kafka.eagle.mail.server.host=smtp.example.com
kafka.eagle.mail.server.port=25
kafka.eagle.driver=org.sqlite.JDBC
kafka.eagle.url=jdbc:sqlite:/var/db/ke.db
kafka.eagle.username=root
kafka.eagle.password=secret
`);
  expect(config).toMatchObject({
    port: 8048,
    topicToken: 'keadmin',
    historyDays: 15,
    smtpUrl: 'smtp://alert%40example.com:p%3Aw%2Fd@smtp.example.com:25',
    mailFrom: 'alert@example.com',
    databaseUrl: 'file:/var/db/ke.db',
  });
  expect(config.clusters).toEqual([
    { alias: 'cluster1', bootstrap: ['a:9092', 'b:9092'], metrics: [], access: openAccess, problem: null },
    {
      ...{ alias: 'cluster2', bootstrap: [], metrics: [], access: openAccess },
      problem: expect.stringContaining('cluster2.zk.list'),
    },
  ]);
  expect(config.warnings).toEqual([
    expect.stringContaining('cluster1.zk.list has no effect here'),
    expect.stringContaining('cluster2.kafka.eagle.bootstrap.servers'),
    'kafka.eagle.username has no effect here.',
    'kafka.eagle.password has no effect here.',
  ]);
});

test('the later prefix and the misspelt alias are read too', () => {
  const config = parseSystemConfig(
    'kafka.eagle.zk.cluster.alisa=c\nc.efak.bootstrap.servers=x:1\nefak.webui.port=80\nefak.topic.token=t\n',
  );
  expect(config).toMatchObject({ port: 80, topicToken: 't', warnings: [] });
  expect(config.clusters).toEqual([
    { alias: 'c', bootstrap: ['x:1'], metrics: [], access: openAccess, problem: null },
  ]);
});

test('each key without effect is named once, each bad number too', () => {
  const { warnings, port } = parseSystemConfig(
    'kafka.eagle.webui.port=many\nkafka.eagle.sql.fix.error=true\ntypo=1\n',
  );
  expect(port).toBeNull();
  expect(warnings).toHaveLength(3);
  for (const key of ['kafka.eagle.webui.port', 'kafka.eagle.sql.fix.error', 'typo']) {
    expect(warnings.filter((warning) => warning.includes(key))).toHaveLength(1);
  }
});

test('mail that is switched off is left out, without a warning', () => {
  expect(parseSystemConfig('kafka.eagle.mail.enable=false\nkafka.eagle.mail.server.host=x\n')).toMatchObject({
    smtpUrl: null,
    warnings: [],
  });
});

test('where the metrics of brokers are read, and a warning for what is no address', () => {
  const config = parseSystemConfig(
    `kafka.eagle.cluster.alias=c,d
c.kafka.eagle.bootstrap.servers=x:1
c.kafka.eagle.broker.metrics=http://{host}:7071
d.kafka.eagle.bootstrap.servers=y:1
d.efak.broker.metrics=y:7071
`,
  );
  expect(config.clusters.map(({ metrics }) => metrics)).toEqual([
    [{ brokerId: null, url: 'http://{host}:7071' }],
    [],
  ]);
  expect(config.warnings).toEqual([
    expect.stringContaining('d.kafka.eagle.broker.metrics=y:7071 is left out'),
  ]);
});

test.each([
  ['jdbc:mysql://db:3306/ke?useUnicode=true&characterEncoding=UTF-8', 'mysql://root:p%40%3A@db:3306/ke'],
  ['jdbc:postgresql://db/ke', 'postgresql://root:p%40%3A@db/ke'],
  ['jdbc:sqlite:/hadoop/ke.db', 'file:/hadoop/ke.db'],
  ['jdbc:oracle:thin:@db:1521/x', null],
])('the database of %s', (url, expected) => {
  const text = `kafka.eagle.url=${url}\nkafka.eagle.username=root\nkafka.eagle.password=p@:\n`;
  const config = parseSystemConfig(text);
  expect(config.databaseUrl).toBe(expected);
  expect(config.warnings.filter((warning) => !warning.endsWith(' has no effect here.')).join()).toBe(
    expected === null
      ? 'kafka.eagle.url: only jdbc:sqlite:, jdbc:mysql:// and jdbc:postgresql:// can be used; the database stays in the data directory.'
      : '',
  );
});

describe('how one gets into a cluster', () => {
  const certificate = readFileSync(new URL('testing/certificate.pem', import.meta.url), 'utf8');
  const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const secured = (lines: string) => {
    const config = parseSystemConfig(
      `kafka.eagle.cluster.alias=c\nc.kafka.eagle.bootstrap.servers=x:1\n${lines.trim().replace(/^ */gm, 'c.kafka.eagle.')}\n`,
    );
    return { ...config.clusters[0], warnings: config.warnings };
  };
  const login = (module: string): string =>
    `sasl.jaas.config=org.apache.kafka.common.security.${module} required username="admin" password="a\\\\"b;c";`;

  it.each([
    ['PLAIN', 'SASL_PLAINTEXT', 'plain.PlainLoginModule', null],
    ['SCRAM-SHA-256', 'SASL_PLAINTEXT', 'scram.ScramLoginModule', null],
    [
      'SCRAM-SHA-512',
      'SASL_SSL',
      'scram.ScramLoginModule',
      { ca: null, certificate: null, key: null, serverName: null, verify: true },
    ],
  ])('%s by %s', (mechanism, protocol, module, tls) => {
    const found = secured(`sasl.enable=true
      sasl.protocol=${protocol}
      sasl.mechanism=${mechanism}
      ${login(module)}`);
    const sasl = { mechanism, username: 'admin', password: 'a"b;c' };
    expect(found).toMatchObject({ problem: null, warnings: [], access: { sasl, tls } });
  });

  it('stays open where SASL and TLS are written down, but off', () => {
    const found = secured(`sasl.enable=false
      sasl.protocol=SASL_PLAINTEXT
      sasl.mechanism=PLAIN
      ${login('plain.PlainLoginModule')}
      ssl.enable=false
      ssl.protocol=SSL`);
    expect(found).toMatchObject({ problem: null, warnings: [], access: openAccess });
  });

  it.each([
    ['sasl.enable=true', 'c.kafka.eagle.sasl.jaas.config is missing'],
    ['sasl.enable=true\nsasl.mechanism=GSSAPI', 'c.kafka.eagle.sasl.mechanism is GSSAPI'],
    ['sasl.enable=true\nsasl.protocol=SSL', 'c.kafka.eagle.sasl.protocol is SSL'],
    ['sasl.enable=true\nsasl.jaas.config=whatever', 'c.kafka.eagle.sasl.jaas.config is not understood'],
    ['ssl.enable=true\nssl.truststore.location=/t.jks', 'cannot be read (ENOENT)'],
    [
      'ssl.enable=true\nssl.truststore.location=/java',
      'c.kafka.eagle.ssl.truststore.location=/java has no certificate',
    ],
    [
      'ssl.enable=true\nssl.keystore.location=/ca',
      'c.kafka.eagle.ssl.keystore.location=/ca has no certificate with',
    ],
    ['ssl.enable=true\nssl.keystore.location=/locked', 'c.kafka.eagle.ssl.key.password does not open'],
  ])('is a problem of the cluster, and no way around it, with %j', (lines, problem) => {
    files.set('/java', '\xfe\xed');
    files.set('/ca', certificate);
    files.set('/locked', certificate + lockedKey());
    const found = secured(lines);
    expect(found.problem).toContain(problem);
    expect(found.access?.sasl ?? null).toBeNull();
    expect(found.warnings.filter((warning) => warning === found.problem)).toHaveLength(1);
  });

  const lockedKey = (): string =>
    keyPair.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }).toString();

  it('takes authorities, certificate and key from PEM files, and opens the key', () => {
    files.set('/ca', `Bag Attributes\n${certificate}${certificate}`);
    files.set('/own', `${certificate}${lockedKey()}`);
    const found = secured(`ssl.enable=true
      ssl.protocol=SSL
      ssl.truststore.location=/ca
      ssl.truststore.password=unused
      ssl.keystore.location=/own
      ssl.key.password=secret
      ssl.endpoint.identification.algorithm=`);
    expect(found.problem).toBeNull();
    expect(found.access?.tls?.ca?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(found.access?.tls).toMatchObject({
      certificate: certificate.trim(),
      key: keyPair.export({ type: 'pkcs8', format: 'pem' }),
      verify: true,
    });
    expect(found.warnings).toEqual([
      expect.stringContaining('c.kafka.eagle.ssl.endpoint.identification.algorithm= has no effect here'),
      'c.kafka.eagle.ssl.truststore.password has no effect here.',
    ]);
  });
});
