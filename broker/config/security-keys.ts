/**
 * Keys of TLS, SASL and ACLs. Names, types and defaults are Kafka's (SslConfigs, SaslConfigs, BrokerSecurityConfigs), but for what a
 * Java keystore is: certificates and keys are PEM texts or files (KIP-651), or a PKCS12 file.
 *
 * Each may be set for one listener alone as `listener.name.NAME.KEY`, with the listener's name in lower case, and users of SASL
 * for one mechanism as `MECHANISM.sasl.jaas.config`. The narrower setting wins (listener-security.ts).
 */
import { parseSuperUsers } from '../security/acl/authorizer.ts';
import { bool, int, list, long, oneOf, optional, password, restricted, text } from './config-key.ts';

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

export const tlsKeys = {
  'ssl.keystore.type': oneOf(
    ['PEM', 'PKCS12', 'JKS'],
    'JKS',
    'What ssl.keystore.location is: PEM or PKCS12. JKS, as keytool has made them since Java 9, are read as PKCS12.',
  ),
  'ssl.keystore.location': optional(
    text('', "File with this broker's private key and its certificates, its own first."),
  ),
  'ssl.keystore.password': optional(password('Password of a PKCS12 keystore.')),
  'ssl.keystore.key': optional(
    password("This broker's private key as PEM (PKCS#8), instead of ssl.keystore.location."),
  ),
  'ssl.keystore.certificate.chain': optional(
    password("This broker's certificates as PEM, its own first, instead of ssl.keystore.location."),
  ),
  'ssl.key.password': optional(password('Password of the private key in a PEM text or file.')),
  'ssl.truststore.type': oneOf(
    ['PEM', 'PKCS12', 'JKS'],
    'JKS',
    'What ssl.truststore.location is; only PEM is read.',
  ),
  'ssl.truststore.location': optional(
    text('', "PEM file of the authorities that clients' certificates need."),
  ),
  'ssl.truststore.password': optional(
    password('Accepted and not used: PEM files of certificates have none.'),
  ),
  'ssl.truststore.certificates': optional(
    password("Authorities that clients' certificates need, as PEM, instead of ssl.truststore.location."),
  ),
  'ssl.client.auth': oneOf(
    ['none', 'requested', 'required'],
    'none',
    'Whether clients show a certificate: not asked for, asked for, or refused without.',
  ),
  'ssl.enabled.protocols': list('TLSv1.2,TLSv1.3', 'Versions of TLS that are spoken.', {
    choices: ['TLSv1.2', 'TLSv1.3'],
  }),
  'ssl.protocol': oneOf(
    ['TLSv1.2', 'TLSv1.3'],
    'TLSv1.3',
    "Accepted for Kafka's sake: the best both sides speak is used.",
  ),
  'ssl.cipher.suites': list(
    '',
    'Cipher suites that are offered, by their IANA names; empty: what the system holds for safe.',
  ),
  'ssl.endpoint.identification.algorithm': oneOf(
    ['https', ''],
    'https',
    'Whether the certificate of a node that this one connects to must be for the address that it is reached at: https, or empty for no.',
  ),
  'ssl.principal.mapping.rules': text(
    'DEFAULT',
    'How the subject of a certificate becomes the name of a principal: RULE:pattern/replacement/[LU], or DEFAULT (all of it).',
  ),
} as const;

export const saslKeys = {
  'sasl.enabled.mechanisms': list(
    'GSSAPI',
    'SASL mechanisms that clients may choose: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512.',
  ),
  'sasl.jaas.config': optional(
    password(
      'Login module with its users, as JAAS writes it, such as PlainLoginModule with user_NAME="PASSWORD".',
    ),
  ),
  'sasl.server.max.receive.size': int(524_288, 'Longest request before a client has proved who it is.', {
    min: 1,
  }),
  'connections.max.reauth.ms': long(
    0,
    'A client must prove again who it is after this long (KIP-368); 0: never.',
    {
      min: 0,
    },
  ),
  'connection.failed.authentication.delay.ms': int(
    100,
    'How long a client that could not prove who it is waits for that answer, in which its connection ends.',
    { min: 0 },
  ),
} as const;

export const nodeSaslKeys = {
  'sasl.mechanism.inter.broker.protocol': text(
    'GSSAPI',
    'SASL mechanism by which brokers prove to each other who they are: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512.',
  ),
  'sasl.mechanism.controller.protocol': text(
    'GSSAPI',
    'SASL mechanism by which nodes prove to controllers who they are: PLAIN.',
  ),
} as const;

export const STANDARD_AUTHORIZER = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';

export const accessKeys = {
  'authorizer.class.name': restricted(
    text('', `Who decides what clients may do: ${STANDARD_AUTHORIZER}, by ACLs; empty: nobody does.`),
    `${STANDARD_AUTHORIZER}, the only authorizer that this broker has, or empty`,
    (name) => name === '' || name === STANDARD_AUTHORIZER,
  ),
  'super.users': restricted(
    text(
      '',
      'Who may do everything, whatever ACLs say: principals such as User:admin, separated by semicolons.',
    ),
    'principals such as User:admin, separated by semicolons',
    (users) => parseSuperUsers(users) !== null,
  ),
  'allow.everyone.if.no.acl.found': bool(
    false,
    'Whether everybody may do everything with a resource that no ACL is about.',
  ),
} as const;

/** Those that may be set for one listener alone. */
export const listenerKeys = { ...tlsKeys, ...saslKeys } as const;
