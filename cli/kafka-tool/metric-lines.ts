/** Metrics of a client as `--print-metrics` of Kafka's tools prints them (class ToolsUtils): in a table, by name. Pure. */
import { javaFixed } from './java-double.ts';

export function metricLines(
  group: string,
  clientId: string,
  metrics: Readonly<Record<string, number>>,
): string[] {
  const rows = Object.entries(metrics)
    .map(([name, value]) => [`${group}:${name}:{client-id=${clientId}}`, javaFixed(value, 3)] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    `${'Metric Name'.padEnd(width)}   Value`,
    ...rows.map(([name, value]) => `${name.padEnd(width)} : ${value}`),
  ];
}
