/** TLS, SASL and the judging of addresses, on real sockets with a certificate of our own. */
import { afterEach, describe, expect, test } from 'vitest';
import { listGroupsRequest, listGroupsResponse } from '../protocol/messages/16-list-groups.ts';
import { listGroups } from './admin/list-groups.ts';
import { KafkaCluster, type ClusterOptions } from './cluster.ts';
import { authenticateWith, type SaslMechanism } from './sasl/authenticate.ts';
import { script, scriptedMetadata, ScriptedBroker } from './testing/scripted-broker.ts';
import { scriptedSasl, type ScriptedUser } from './testing/scripted-sasl.ts';
import { selfSigned } from './testing/self-signed.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const certificate = selfSigned();
const groups = script(listGroupsRequest, listGroupsResponse, () => ({ groups: [{ groupId: 'g' }] }));
const user: ScriptedUser = {
  username: 'watcher',
  password: 'a, password=with everything ü',
  mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
};

async function brokerWith(options: { tls?: boolean; sasl?: ScriptedUser } = {}): Promise<ScriptedBroker> {
  const apis = [groups, ...(options.sasl === undefined ? [] : scriptedSasl(options.sasl))];
  const broker = await ScriptedBroker.start(apis, options.tls === true ? certificate : null);
  broker.set(scriptedMetadata(() => [broker]));
  cleanUp.push(() => broker.stop());
  return broker;
}

function clientOf(broker: ScriptedBroker, options: Partial<ClusterOptions> = {}): KafkaCluster {
  const client = new KafkaCluster({ bootstrap: [broker.address], clientId: 'test', ...options });
  cleanUp.push(() => client.close());
  return client;
}

describe('TLS', () => {
  test('a broker whose certificate we trust is asked; one we do not trust, or for another name, is not', async () => {
    const broker = await brokerWith({ tls: true });
    expect(await listGroups(clientOf(broker, { tls: { ca: certificate.cert } }), 0)).toHaveLength(1);
    const stranger = clientOf(broker, { tls: {} });
    await expect(stranger.view()).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    const otherName = clientOf(broker, { tls: { ca: certificate.cert, servername: 'kafka.example' } });
    await expect(otherName.view()).rejects.toThrow(/altnames/);
    expect(broker.requests.filter((name) => name.startsWith('Metadata'))).toHaveLength(1);
  });

  test('the certificate is checked against the name, not against the address it was resolved to', async () => {
    const broker = await brokerWith({ tls: true });
    const resolve = (): Promise<string> => Promise.resolve('127.0.0.1');
    const tls = { ca: certificate.cert };
    const named = clientOf(broker, { bootstrap: [`localhost:${broker.port}`], tls, resolve });
    expect((await named.view()).clusterId).toBe('scripted');
    const other = clientOf(broker, { bootstrap: [`kafka.example:${broker.port}`], tls, resolve });
    await expect(other.view()).rejects.toThrow(/altnames/);
  });
});

describe('SASL', () => {
  test.each<SaslMechanism>(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
    '%s lets the right user in',
    async (mechanism) => {
      const broker = await brokerWith({ tls: true, sasl: user });
      const { username, password } = user;
      const authenticate = authenticateWith({ mechanism, username, password });
      const client = clientOf(broker, { tls: { ca: certificate.cert }, authenticate });
      expect(await listGroups(client, 0)).toHaveLength(1);
      const wrong = authenticateWith({ mechanism, username, password: 'not the password' });
      const failure = await clientOf(broker, { tls: { ca: certificate.cert }, authenticate: wrong })
        .view()
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'CONNECT_FAILED', cause: { code: 'AUTHENTICATION_FAILED' } });
      expect(String(failure)).not.toContain('not the password');
    },
  );

  test('a mechanism that the broker does not offer is named, with those it offers', async () => {
    const broker = await brokerWith({ sasl: { ...user, mechanisms: ['SCRAM-SHA-512'] } });
    const authenticate = authenticateWith({ ...user, mechanism: 'PLAIN' });
    await expect(clientOf(broker, { authenticate }).view()).rejects.toThrow(
      /does not offer PLAIN, but SCRAM-SHA-512/,
    );
  });

  test.each<[string, (message: string) => string]>([
    ['asks for endless iterations', (message) => message.replace('i=4096', 'i=1000000000')],
    ['cannot prove that it knows the password', (message) => message.replace(/^v=.*/, 'v=AAAA')],
  ])('a broker that %s is not believed', async (_, distort) => {
    const broker = await brokerWith({ sasl: { ...user, distort } });
    const authenticate = authenticateWith({ ...user, mechanism: 'SCRAM-SHA-256' });
    await expect(clientOf(broker, { authenticate }).view()).rejects.toMatchObject({
      cause: { code: 'AUTHENTICATION_FAILED' },
    });
    expect(broker.requests).not.toContain('Metadata v12');
  });

  test('a connection is retired before the broker ends its session', async () => {
    const broker = await brokerWith({ sasl: { ...user, sessionLifetimeMs: 200 } });
    const client = clientOf(broker, { authenticate: authenticateWith({ ...user, mechanism: 'PLAIN' }) });
    await client.view();
    await broker.emptied();
    expect(await listGroups(client, 0)).toHaveLength(1);
    expect(broker.connections).toBe(2);
  });
});

describe('judging addresses', () => {
  test('a host that is refused is not connected to, also when a broker advertises it', async () => {
    const broker = await brokerWith();
    const asked: string[] = [];
    const resolve = (host: string): Promise<string> => {
      asked.push(host);
      return host === 'localhost' ? Promise.resolve('127.0.0.1') : Promise.reject(new Error('not allowed'));
    };
    const client = clientOf(broker, { bootstrap: [`localhost:${broker.port}`], resolve });
    await client.view();
    await expect(listGroups(client, 0)).rejects.toThrow(/not allowed/);
    expect(asked).toEqual(['localhost', '127.0.0.1']);
    expect(broker.connections).toBe(1);
  });
});
