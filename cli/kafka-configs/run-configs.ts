/**
 * `kafka-configs`: shows and changes settings of topics, brokers and groups, quotas, and SCRAM credentials of users, as the tool of
 * Apache Kafka 4.3.1 does. A failure is one line on standard error, without the stack that Java adds.
 */
import { openCluster, propertiesOf } from '../kafka-tool/open-cluster.ts';
import { bootstrapOf, runTool } from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import { onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { alterAccess, describeAccess } from './access-configs.ts';
import { CONFIGS_FLAGS, readConfigsRequest } from './configs-options.ts';
import { ResourceConfigs } from './resource-configs.ts';

const PURPOSE =
  'This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, client-metrics or group';
const WITH_QUOTAS: ReadonlySet<string> = new Set(['users', 'clients', 'ips']);

export const runConfigs: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    ...{ flags: CONFIGS_FLAGS, purpose: PURPOSE, withoutArguments: PURPOSE },
    work: (flags) => work(argv, flags, surroundings),
  });

async function work(
  argv: readonly string[],
  flags: KafkaFlags,
  { readText, defaultBootstrap, print }: ToolSurroundings,
): Promise<number> {
  const request = readConfigsRequest(argv, flags, readText);
  const bootstrap = bootstrapOf(flags);
  const properties = propertiesOf(onlyValue(flags, 'command-config') ?? null, readText);
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText, clientId: 'configs' },
  });
  const [type = ''] = request.types;
  const [name = ''] = request.names;
  try {
    const resources = new ResourceConfigs(cluster, type, print);
    if (request.action === 'describe')
      await (WITH_QUOTAS.has(type) ? describeAccess(cluster, request, print) : resources.describe(request));
    else {
      await (WITH_QUOTAS.has(type) ? alterAccess(cluster, request) : resources.alter(request));
      const updated = name === '' ? `default config for ${type} in the cluster` : `config for ${type.slice(0, -1)} ${name}`; // prettier-ignore
      print(`Completed updating ${updated}.`);
    }
    return 0;
  } finally {
    cluster.close();
  }
}
