/**
 * An authorizer in a cluster of three: brokers pass on who a client is, each decides by the same ACLs, and they go on replicating,
 * because they are super users to each other.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCall } from '../../kafka-client/api-call.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { ACL_SETTINGS, UserConnection } from './acl-kit.ts';
import {
  type BrokerProcess,
  runToExit,
  startBrokerProcess,
  temporaryDirectory,
  writeProperties,
} from './broker-process.ts';
import { until } from './cluster-harness.ts';

const produce = apiCall(produceRequest, produceResponse, { maxVersion: 11 });
const metadata = apiCall(metadataRequest, metadataResponse);
const createTopics = apiCall(createTopicsRequest, createTopicsResponse);
const IDS = [0, 1, 2] as const;

const directory = temporaryDirectory();
let brokers: BrokerProcess[] = [];
let alice: UserConnection[] = [];
let root: UserConnection[] = [];

beforeAll(async () => {
  const ports = await freePorts(9);
  const [saslPorts, voterPorts] = [ports.slice(3, 6), ports.slice(6)];
  const voters = voterPorts.map((port, id) => `${String(id)}@127.0.0.1:${String(port)}`).join();
  brokers = await Promise.all(
    IDS.map((id) => {
      const own = join(directory.path, String(id));
      mkdirSync(own, { recursive: true });
      const listeners = `PLAINTEXT://127.0.0.1:${String(ports[id])},SASL_PLAINTEXT://127.0.0.1:${String(saslPorts[id])}`;
      return startBrokerProcess(own, [
        ...ACL_SETTINGS,
        ...[`node.id=${String(id)}`, `controller.quorum.voters=${voters}`, `listeners=${listeners}`],
        'super.users=User:root;User:ANONYMOUS',
      ]);
    }),
  );
  alice = await Promise.all(saslPorts.map((port) => UserConnection.open(port, 'alice')));
  root = await Promise.all(saslPorts.map((port) => UserConnection.open(port, 'root')));
});
afterAll(async () => {
  for (const connection of [...alice, ...root]) connection.close();
  await Promise.all(brokers.map((broker) => broker.end('SIGKILL')));
  directory.remove();
});

const at = <T>(list: readonly T[], id: number): T => {
  const found = list[id];
  if (found === undefined) throw new Error(`There is no ${String(id)}.`);
  return found;
};

async function created(by: UserConnection, name: string): Promise<number | undefined> {
  const topics = [{ name, numPartitions: 1, replicationFactor: 3 }];
  return (await by.call(createTopics, { topics, timeoutMs: 10_000 })).topics[0]?.errorCode;
}

describe('three brokers', () => {
  it('refuse and allow alike, whichever is asked and whichever is the controller', async () => {
    for (const id of IDS)
      expect(await created(at(alice, id), `by-${String(id)}`)).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    await at(root, 0).grant(
      { allow: 'CREATE', on: 'by-', prefix: true },
      { allow: 'WRITE', on: 'by-', prefix: true },
    );
    for (const id of IDS) expect(await created(at(alice, id), `by-${String(id)}`)).toBe(0);
    // A broker may hear of it a moment later than the controller.
    const topicData = [{ name: 'by-1', partitionData: [{ index: 0, records: batchOf(1) }] }];
    const leaderOf = async (id: number) => {
      const { topics } = await at(alice, id).call(metadata, { topics: [{ name: 'by-1' }] });
      return topics[0]?.partitions[0]?.leaderId ?? -1;
    };
    const leader = await until(
      () => leaderOf(0),
      (id) => id >= 0,
    );
    const send = async () => {
      const { responses } = await at(alice, leader).call(produce, { acks: -1, timeoutMs: 10_000, topicData });
      return responses[0]?.partitionResponses[0]?.errorCode;
    };
    await until(send, (code) => code === 0);
    // A denial set at one holds at the others.
    await at(root, 2).grant({ deny: 'WRITE', on: 'by-1' });
    await until(send, (code) => code === ErrorCode.TOPIC_AUTHORIZATION_FAILED);
  });

  it('do not start where their own requests would be refused', async () => {
    const own = join(directory.path, 'refused');
    mkdirSync(own);
    const settings = [
      ...ACL_SETTINGS,
      'node.id=0',
      'controller.quorum.voters=0@127.0.0.1:1',
      'super.users=User:root',
    ];
    const { status, stdout, stderr } = await runToExit([writeProperties(own, settings, 0)]);
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('super.users=User:root: must contain User:ANONYMOUS');
  });
});
