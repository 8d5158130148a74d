/** Keys of the authorizer: what they may be, and what an authorizer needs of a cluster. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { newAuthorizer } from './owner-settings.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';
import { STANDARD_AUTHORIZER } from './security-keys.ts';

const AUTHORIZER = `authorizer.class.name=${STANDARD_AUTHORIZER}`;
const CLUSTER = 'node.id=1\ncontroller.quorum.voters=1@a:9192,2@b:9192,3@c:9192';
const SECURED = [
  'listeners=PLAINTEXT://:9091,SASL_PLAINTEXT://:9092',
  'sasl.enabled.mechanisms=PLAIN',
  'plain.sasl.jaas.config=a.PlainLoginModule required user_a="b";',
].join('\n');

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

function authorizerOf(...lines: string[]) {
  return newAuthorizer(read(...lines).config, { acls: () => new Map(), isReady: () => true });
}

const TOPIC = 2;
const READ = 3;

describe('an authorizer', () => {
  it('is there when its class is named, and knows its super users', () => {
    expect(authorizerOf('')).toBeNull();
    expect(authorizerOf('authorizer.class.name=')).toBeNull();
    const authorizer = authorizerOf(AUTHORIZER, 'super.users=User:root;User:CN=b');
    const may = (user: string) => authorizer?.of(user, '10.0.0.1').may(READ, TOPIC, 't');
    expect(['User:root', 'User:CN=b', 'User:alice'].map(may)).toEqual([true, true, false]);
    const open = authorizerOf(AUTHORIZER, 'allow.everyone.if.no.acl.found=true');
    expect(open?.of('User:alice', '10.0.0.1').may(READ, TOPIC, 't')).toBe(true);
  });

  it.each([
    ['authorizer.class.name=kafka.security.authorizer.AclAuthorizer', 'the only authorizer'],
    ['super.users=root', 'principals such as User:admin'],
    ['allow.everyone.if.no.acl.found=yes', 'true or false'],
  ])('is refused with %s', (line, reason) => {
    expect(refusal(line)).toContain(reason);
  });

  it('needs to let the nodes of a cluster do what they do', () => {
    expect(refusal(CLUSTER, AUTHORIZER)).toMatch(/super\.users: must contain User:ANONYMOUS: the nodes/);
    expect(refusal(CLUSTER, AUTHORIZER, 'super.users=User:root')).toContain('must contain User:ANONYMOUS');
    expect(read(CLUSTER, AUTHORIZER, SECURED, 'super.users=User:ANONYMOUS;User:root').warnings).toEqual([]);
    expect(read(AUTHORIZER, 'super.users=User:root').warnings).toEqual([]);
  });

  it('needs the name by which they prove who they are', () => {
    const inside = [
      'listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:SSL',
      ...['inter.broker.listener.name=PLAINTEXT', 'sasl.mechanism.inter.broker.protocol=PLAIN'],
      'listener.name.plaintext.plain.sasl.jaas.config=a.P required username="n" password="x" user_n="x";',
      ...['ssl.keystore.key=k', 'ssl.keystore.certificate.chain=c'],
    ];
    const asNode = (superUsers: string) => [
      CLUSTER,
      AUTHORIZER,
      SECURED,
      ...inside,
      `super.users=${superUsers}`,
    ];
    expect(refusal(...asNode('User:ANONYMOUS'))).toContain('must contain User:n: the nodes of the cluster');
    expect(read(...asNode('User:n')).warnings).toEqual([]);
  });

  it('warns of listeners on which no ACL holds', () => {
    const anonymous = 'super.users=User:ANONYMOUS';
    expect(read(AUTHORIZER, anonymous).warnings).toEqual([
      expect.stringContaining('who reaches PLAINTEXT: no ACL holds there'),
    ]);
    const three = SECURED.replace('SASL_PLAINTEXT', 'OPEN://:9090,SASL_PLAINTEXT');
    const map =
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,OPEN:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT';
    const { warnings } = read(
      CLUSTER,
      AUTHORIZER,
      three,
      map,
      anonymous,
      'inter.broker.listener.name=PLAINTEXT',
    );
    expect(warnings).toEqual([expect.stringContaining('who reaches OPEN:')]);
  });

  it('is missed where its other keys are set', () => {
    expect(read('super.users=User:root').warnings).toEqual([
      expect.stringContaining('super.users has no effect without authorizer.class.name'),
    ]);
  });
});
