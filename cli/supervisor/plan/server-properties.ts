/**
 * A bundled broker's server.properties, written at every start from the options. Keys are Kafka's; a value that a
 * property file could misread is escaped as java.util.Properties does. Pure.
 */
import path from 'node:path';
import type { StartOptions } from '../../options/start-options.ts';
import { minInSyncOf, replicationOf } from './bundled-cluster.ts';
import type { BundledCluster } from './bundled-cluster.ts';

export const brokerDirectory = (data: string, nodeId: number): string => path.join(data, `broker-${nodeId}`);

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replace(/^ /, '\\ ');
}

type Row = readonly [key: string, value: string];

const comment = (text: string): Row => [`# ${text}`, ''];

/** Who it is, and who votes. A broker alone is its own quorum and needs no listener for it. */
function identityRows(options: StartOptions, cluster: BundledCluster, nodeId: number): Row[] {
  const votes = cluster.voters.includes(nodeId);
  const rows: Row[] = [
    comment(
      votes
        ? 'Who this broker is. One process is broker and controller at once.'
        : 'Who this broker is. It does not vote on the metadata of the cluster.',
    ),
    ['process.roles', votes ? 'broker,controller' : 'broker'],
    ['node.id', String(nodeId)],
  ];
  if (cluster.brokers === 1) return rows;
  const voters = cluster.voters.map((id) => `${id}@127.0.0.1:${options.controllerPort + id}`);
  return [
    ...rows,
    comment('The controllers, fixed when this data directory got its first broker (cluster.json).'),
    ['controller.quorum.voters', voters.join(',')],
    ['controller.listener.names', 'CONTROLLER'],
    ['inter.broker.listener.name', 'PLAINTEXT'],
  ];
}

function listenerRows(options: StartOptions, cluster: BundledCluster, nodeId: number): Row[] {
  const clients = `PLAINTEXT://127.0.0.1:${options.brokerPort + nodeId}`;
  const controllers =
    cluster.brokers > 1 && cluster.voters.includes(nodeId)
      ? [`CONTROLLER://127.0.0.1:${options.controllerPort + nodeId}`]
      : [];
  const rows: Row[] = [
    comment('Where clients and other brokers reach it: this machine only.'),
    ['listeners', [clients, ...controllers].join(',')],
    ['advertised.listeners', clients],
  ];
  return cluster.brokers === 1
    ? rows
    : [...rows, ['listener.security.protocol.map', 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT']];
}

function replicationRows({ brokers }: BundledCluster): Row[] {
  const copies = String(replicationOf(brokers));
  const inSync = String(minInSyncOf(brokers));
  return [
    comment(
      'How many brokers hold each record, and how many of them must have it before acks=all is answered.',
    ),
    ['default.replication.factor', copies],
    ['min.insync.replicas', inSync],
    ['offsets.topic.replication.factor', copies],
    ['transaction.state.log.replication.factor', copies],
    ['transaction.state.log.min.isr', inSync],
  ];
}

export function serverProperties(options: StartOptions, cluster: BundledCluster, nodeId: number): string {
  const rows: readonly Row[] = [
    ...identityRows(options, cluster, nodeId),
    ...listenerRows(options, cluster, nodeId),
    comment('/metrics, /jolokia and /health over HTTP.'),
    ['aquila.metrics.listener', `127.0.0.1:${options.metricsPort + nodeId}`],
    comment('The data, in files as Apache Kafka keeps them.'),
    ['log.dirs', path.join(brokerDirectory(options.data, nodeId), 'log')],
    ...replicationRows(cluster),
    ['delete.topic.enable', 'true'],
  ];
  const lines = rows.map(([key, value]) => (key.startsWith('#') ? `\n${key}` : `${key}=${escaped(value)}`));
  return `# Written by "aquila start" from its options at every start; changes made here are lost.\n# For a broker of your own: bin/aquila kafka-server-start FILE (see conf/).\n${lines.join('\n')}\n`;
}
