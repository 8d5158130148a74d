/** What the cluster form holds, and what it sends. A stored secret is shown as stars and sent back as such. Pure. */
import type { ClusterDetail, NewClusterInput } from '../../console/contracts/clusters';
import { storedSecret } from '../../console/contracts/limits';

export type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
export const mechanisms: readonly Mechanism[] = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'];

export interface ClusterForm {
  readonly name: string;
  readonly bootstrap: string;
  readonly readOnly: boolean;
  readonly tls: boolean;
  readonly ca: string;
  readonly serverName: string;
  readonly verify: boolean;
  readonly certificate: string;
  readonly key: string;
  readonly mechanism: Mechanism | null;
  readonly username: string;
  readonly password: string;
  /** As AQUILA_BROKER_METRICS is written; empty: none. */
  readonly metrics: string;
}

export const emptyForm: ClusterForm = {
  name: '',
  bootstrap: '',
  readOnly: false,
  tls: false,
  ca: '',
  serverName: '',
  verify: true,
  certificate: '',
  key: '',
  mechanism: null,
  username: '',
  password: '',
  metrics: '',
};

export function formOf({ name, bootstrap, readOnly, connection }: ClusterDetail): ClusterForm {
  const { tls, sasl, brokerMetrics } = connection ?? { tls: null, sasl: null, brokerMetrics: null };
  return {
    name,
    bootstrap: bootstrap.join('\n'),
    readOnly,
    tls: tls !== null,
    ca: tls?.ca ?? '',
    serverName: tls?.serverName ?? '',
    verify: tls?.verify ?? true,
    certificate: tls?.certificate ?? '',
    key: tls?.hasKey === true ? storedSecret : '',
    mechanism: sasl?.mechanism ?? null,
    username: sasl?.username ?? '',
    password: sasl === null ? '' : storedSecret,
    metrics: brokerMetrics?.replaceAll(', ', '\n') ?? '',
  };
}

export const addressesOf = (text: string): string[] =>
  text.split(/[\s,;]+/).filter((address) => address !== '');
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function inputOf(form: ClusterForm): NewClusterInput {
  const { ca, serverName, certificate, key, verify } = form;
  const tls = {
    ca: orNull(ca),
    serverName: orNull(serverName),
    certificate: orNull(certificate),
    key: orNull(key),
    verify,
  };
  return {
    name: form.name.trim(),
    bootstrap: addressesOf(form.bootstrap),
    readOnly: form.readOnly,
    tls: form.tls ? tls : null,
    sasl:
      form.mechanism === null
        ? null
        : { mechanism: form.mechanism, username: form.username, password: form.password },
    brokerMetrics: orNull(form.metrics),
  };
}
