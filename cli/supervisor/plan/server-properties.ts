/**
 * The bundled broker's server.properties, written at every start from the options. Keys are Kafka's; a value that
 * a property file could misread is escaped as java.util.Properties does. Pure.
 */
import path from 'node:path';
import type { StartOptions } from '../../options/start-options.ts';

export const brokerDirectory = (data: string, nodeId: number): string => path.join(data, `broker-${nodeId}`);

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replace(/^ /, '\\ ');
}

export function serverProperties(options: StartOptions, nodeId: number): string {
  const rows: readonly (readonly [string, string])[] = [
    ['# Who this broker is. One process is broker and controller at once.', ''],
    ['process.roles', 'broker,controller'],
    ['node.id', String(nodeId)],
    ['# Where clients reach it: this machine only.', ''],
    ['listeners', `PLAINTEXT://127.0.0.1:${options.brokerPort + nodeId}`],
    ['advertised.listeners', `PLAINTEXT://127.0.0.1:${options.brokerPort + nodeId}`],
    ['# /metrics, /jolokia and /health over HTTP.', ''],
    ['aquila.metrics.listener', `127.0.0.1:${options.metricsPort + nodeId}`],
    ['# The data, in files as Apache Kafka keeps them.', ''],
    ['log.dirs', path.join(brokerDirectory(options.data, nodeId), 'log')],
    ['# One broker holds one replica.', ''],
    ['default.replication.factor', '1'],
    ['offsets.topic.replication.factor', '1'],
    ['transaction.state.log.replication.factor', '1'],
    ['transaction.state.log.min.isr', '1'],
    ['delete.topic.enable', 'true'],
  ];
  const lines = rows.map(([key, value]) => (key.startsWith('#') ? `\n${key}` : `${key}=${escaped(value)}`));
  return `# Written by "aquila start" from its options at every start; changes made here are lost.\n# For a broker of your own: bin/aquila kafka-server-start FILE (see conf/).\n${lines.join('\n')}\n`;
}
