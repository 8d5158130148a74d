/** A connection to the cluster that a tool's flags name; every tool that talks to brokers gets its own from here. */
import { parseProperties } from '../../console/config/properties-file.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { CommandError } from '../command-error.ts';
import { clusterAccess, type ClientProperties, type ReadText } from './client-properties.ts';

export interface ClusterWanted {
  /** `host:port,...`; null when no address was given. */
  readonly bootstrap: string | null;
  readonly defaultBootstrap: string;
  readonly properties: ClientProperties;
  readonly clientId: string;
  readonly readText: ReadText;
}

/** Connects at its first call. @throws CommandError naming the flag or the property */
export function openCluster(wanted: ClusterWanted): KafkaCluster {
  const addresses = wanted.bootstrap ?? wanted.defaultBootstrap;
  const access = clusterAccess(wanted.properties, wanted.clientId, wanted.readText);
  try {
    return new KafkaCluster({
      bootstrap: addresses
        .split(',')
        .map((address) => address.trim())
        .filter((address) => address !== ''),
      ...access,
    });
  } catch (error) {
    if (error instanceof TypeError)
      throw new CommandError(`--bootstrap-server ${addresses}: ${error.message}.`);
    throw error;
  }
}

/** Of a file in Java's form, or none. @throws CommandError when it cannot be read */
export function propertiesOf(file: string | null, readText: ReadText): Map<string, string> {
  return file === null ? new Map<string, string>() : parseProperties(readText(file));
}
