/** kafka-topics against brokers that answer by script, and against one of ours, over real sockets. */
import { afterEach, expect, it } from 'vitest';
import { startBrokerProcess, temporaryDirectory } from '../../broker/integration/broker-process.ts';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../../protocol/messages/20-delete-topics.ts';
import { script, ScriptedBroker, type ScriptedApi } from '../../kafka-client/testing/scripted-broker.ts';
import { runTopics } from './run-topics.ts';

const brokers: ScriptedBroker[] = [];
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.stop()));
});

async function start(...apis: ScriptedApi[]): Promise<ScriptedBroker> {
  const broker = await ScriptedBroker.start(apis);
  brokers.push(broker);
  broker.set(
    script(metadataRequest, metadataResponse, () => ({
      brokers: [{ nodeId: 0, host: '127.0.0.1', port: broker.port }],
      controllerId: 0,
      topics: ['b', 'a'].map((name) => ({ name, partitions: [{ partitionIndex: 0, leaderId: 0 }] })),
    })),
  );
  return broker;
}

async function run({ address }: { readonly address: string }, ...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runTopics(['--bootstrap-server', address, ...argv], {
    print: (line) => out.push(line),
    say: (line) => err.push(line),
    defaultBootstrap: address,
    readText: () => '',
  });
  return { status, out, err };
}

it('lists in name order', async () => {
  const broker = await start();
  expect(await run(broker, '--list')).toEqual({ status: 0, out: ['a\nb'], err: [] });
});

it('lists a cluster in which nothing was made yet as Kafka does: one empty line', async () => {
  const directory = temporaryDirectory();
  const { port, end } = await startBrokerProcess(directory.path);
  try {
    const address = `127.0.0.1:${String(port)}`;
    expect(await run({ address }, '--list')).toEqual({ status: 0, out: [''], err: [] });
    await run({ address }, '--create', '--topic', 'first');
    expect(await run({ address }, '--list')).toEqual({ status: 0, out: ['first'], err: [] });
  } finally {
    await end('SIGTERM');
    directory.remove();
  }
});

it('creates with replicas as given by hand, and says what the cluster refuses', async () => {
  const asked: unknown[] = [];
  const broker = await start(
    script(createTopicsRequest, createTopicsResponse, ({ topics }) => {
      asked.push(...topics);
      return {
        topics: topics.map(({ name }) =>
          name === 'taken'
            ? { name, errorCode: 36, errorMessage: "Topic 'taken' already exists." }
            : { name, errorCode: 0 },
        ),
      };
    }),
  );
  expect((await run(broker, '--create', '--topic', 'new', '--replica-assignment', '0:1,1:0')).out).toEqual([
    'Created topic new.',
  ]);
  expect(asked[0]).toMatchObject({
    numPartitions: -1,
    replicationFactor: -1,
    assignments: [
      { partitionIndex: 0, brokerIds: [0, 1] },
      { partitionIndex: 1, brokerIds: [1, 0] },
    ],
  });
  const refused = "Error while executing topic command : Topic 'taken' already exists.";
  expect(await run(broker, '--create', '--topic', 'taken')).toEqual({ status: 1, out: [refused], err: [] });
  expect(await run(broker, '--create', '--topic', 'taken', '--if-not-exists')).toMatchObject({
    status: 0,
    out: [],
  });
});

it('deletes with the lines that Kafka printed until 2.8', async () => {
  const broker = await start(
    script(deleteTopicsRequest, deleteTopicsResponse, ({ topics }) => ({
      responses: topics.map(({ name }) => ({ name, errorCode: 0 })),
    })),
  );
  expect((await run(broker, '--delete', '--topic', 'a')).out).toEqual([
    'Topic a is marked for deletion.',
    'Note: This will have no impact if delete.topic.enable is not set to true.',
  ]);
  expect(await run(broker, '--delete', '--topic', 'none')).toMatchObject({
    status: 1,
    out: ["Error while executing topic command : Topic 'none' does not exist as expected"],
  });
});

it('says in one line that nobody answers', async () => {
  const broker = await start();
  const { address } = broker;
  await broker.stop();
  brokers.pop();
  const { status, out } = await run({ address }, '--list');
  expect(status).toBe(1);
  expect(out).toEqual([
    expect.stringMatching(/^Error while executing topic command : no broker of 127\.0\.0\.1:/),
  ]);
});
