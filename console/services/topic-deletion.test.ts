/** What stands in the way of deleting topics is known before somebody tries, and what is not known stands in nobody's way. */
import { afterEach, expect, it } from 'vitest';
import { publishSnapshot, registerCluster, unregisterCluster } from '../collector/live-clusters.ts';
import type { Config } from '../contracts/configs.ts';
import { brokerOf, snapshotOf } from '../model/testing/snapshots.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';
import { topicDeletion } from './topic-deletion.ts';
import { rotateTopicToken } from './topic-token.ts';

const setTo = (value: string): Config => ({
  ...{
    name: 'delete.topic.enable',
    value,
    source: 'staticBroker',
    isDefault: false,
    readOnly: true,
    sensitive: false,
  },
});
const telling =
  (...configs: readonly Config[]) =>
  (): Promise<readonly Config[]> =>
    Promise.resolve(configs);
const never = (): Promise<readonly Config[]> => Promise.reject(new Error('no broker is asked here'));

const opened: TestConsole[] = [];
const watched: string[] = [];
afterEach(async () => {
  for (const id of watched.splice(0)) unregisterCluster(id);
  for (const each of opened.splice(0)) await each.close();
});

async function consoleOf(environment: Record<string, string> = {}) {
  const testConsole = await openTestConsole(environment);
  opened.push(testConsole);
  const [settings] = testConsole.context.clusters.all();
  if (settings === undefined) throw new Error('the test console has no cluster');
  return { context: testConsole.context, settings };
}

/** With a round behind it that heard broker 2, not broker 1. */
async function withRound() {
  const { context, settings } = await consoleOf();
  await rotateTopicToken(context);
  const { id, name, source, readOnly, bootstrap } = settings;
  registerCluster(
    {
      ...{ id, name, source, readOnly, bootstrapServers: bootstrap, intervalMs: 10_000 },
      collectNow: () => Promise.reject(new Error('nothing is collected here')),
    },
    0,
  );
  watched.push(id);
  const asOfMs = context.now().getTime();
  publishSnapshot(
    snapshotOf({ clusterId: id, asOfMs, brokers: [brokerOf(1, { reachable: false }), brokerOf(2)] }),
  );
  return { context, id };
}

it('is the missing token, without asking any broker', async () => {
  const { context, settings } = await consoleOf();
  expect(await topicDeletion(context, settings.id, never)).toEqual({
    cluster: settings.id,
    blockedBy: 'no-token',
  });
});

it('is that the cluster is only watched, before anything else', async () => {
  const { context, settings } = await consoleOf();
  settings.readOnly = true;
  expect(await topicDeletion(context, settings.id, never)).toMatchObject({ blockedBy: 'read-only' });
});

it('is what a broker that answers says of itself', async () => {
  const { context, id } = await withRound();
  const asked: number[] = [];
  const refusing = (_: unknown, brokerId: number): Promise<readonly Config[]> => {
    asked.push(brokerId);
    return telling(setTo('false'))();
  };
  expect(await topicDeletion(context, id, refusing)).toMatchObject({ blockedBy: 'brokers' });
  expect(asked).toEqual([2]);
  expect(await topicDeletion(context, id, telling(setTo('true')))).toMatchObject({ blockedBy: null });
});

it('is nothing where brokers do not tell', async () => {
  const { context, id } = await withRound();
  expect(await topicDeletion(context, id, never)).toMatchObject({ blockedBy: null });
  unregisterCluster(id);
  expect(await topicDeletion(context, id, telling(setTo('false')))).toMatchObject({ blockedBy: null });
});
