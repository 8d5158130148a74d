/** CreateTopics, DeleteTopics and CreatePartitions in every version they advertise, through the codec and a real controller. */
import { describe, expect, it } from 'vitest';
import { createTopics } from './19-create-topics.ts';
import { deleteTopics } from './20-delete-topics.ts';
import { createPartitions } from './37-create-partitions.ts';
import { callApi, type Fields, versionsOf } from './test-call.ts';
import { startTestServices } from './test-services.ts';

const ZERO = 'AAAAAAAAAAAAAAAAAAAAAA';
const topic = (name: string, changes: Fields = {}): Fields => ({
  name,
  numPartitions: 2,
  replicationFactor: 1,
  ...changes,
});

describe('CreateTopics', () => {
  it.each(versionsOf(createTopics))('%d', async (version) => {
    const { services } = await startTestServices();
    const configs = [{ name: 'retention.ms', value: '5000' }];
    const answer = await callApi(services, createTopics, version, {
      topics: [topic('a', { configs }), topic('bad name')],
    });
    expect(answer.topics).toMatchObject([
      { name: 'a', errorCode: 0 },
      { name: 'bad name', errorCode: 17 },
    ]);
    const [created, refused] = answer.topics as Fields[];
    const { topicId } = services.image().topicsByName.get('a') ?? {};
    expect(created?.topicId).toBe(version >= 7 ? topicId : ZERO);
    if (version >= 1) expect(refused?.errorMessage).toContain('bad name');
    if (version < 5) return;
    expect(created).toMatchObject({ numPartitions: 2, replicationFactor: 1 });
    const described = (created?.configs as Fields[]).find(({ name }) => name === 'retention.ms');
    expect(described).toMatchObject({ value: '5000', configSource: 1, readOnly: false });
    expect(refused?.configs).toEqual([]);
  });

  it.each([1, 7])('%d only validates when it is asked to', async (version) => {
    const { services } = await startTestServices();
    const answer = await callApi(services, createTopics, version, {
      topics: [topic('a'), topic('b', { replicationFactor: 2 })],
      validateOnly: true,
    });
    expect(answer.topics).toMatchObject([{ errorCode: 0 }, { errorCode: 38 }]);
    expect(services.image().topicsByName.size).toBe(0);
  });
});

describe('DeleteTopics', () => {
  it.each(versionsOf(deleteTopics))('%d by name', async (version) => {
    const { services } = await startTestServices();
    await services.topicCreation.autoCreate(['a']);
    const names = ['a', 'nobody'];
    const request =
      version >= 6 ? { topics: names.map((name) => ({ name, topicId: ZERO })) } : { topicNames: names };
    const answer = await callApi(services, deleteTopics, version, request);
    expect(answer.responses).toMatchObject([
      { name: 'a', errorCode: 0 },
      { name: 'nobody', errorCode: 3 },
    ]);
    expect(services.image().topicsByName.size).toBe(0);
  });

  it('6 by id', async () => {
    const { services } = await startTestServices();
    await services.topicCreation.autoCreate(['a']);
    const topicId = services.image().topicsByName.get('a')?.topicId ?? '';
    const answer = await callApi(services, deleteTopics, 6, {
      topics: [
        { name: null, topicId },
        { name: null, topicId: 'AAAAAAAAAAAAAAAAAAAA9w' },
      ],
    });
    expect(answer.responses).toMatchObject([
      { name: 'a', topicId, errorCode: 0 },
      { name: null, errorCode: 100 },
    ]);
  });

  it.each(versionsOf(deleteTopics))('%d says that it is switched off', async (version) => {
    const { services } = await startTestServices('delete.topic.enable=false');
    await services.topicCreation.autoCreate(['a']);
    const request = version >= 6 ? { topics: [{ name: 'a', topicId: ZERO }] } : { topicNames: ['a'] };
    const answer = await callApi(services, deleteTopics, version, request);
    expect(answer.responses).toMatchObject([{ errorCode: version >= 3 ? 73 : 42 }]);
    expect(services.image().topicsByName.has('a')).toBe(true);
  });
});

describe('CreatePartitions', () => {
  it.each(versionsOf(createPartitions))('%d', async (version) => {
    const { services } = await startTestServices();
    await services.topicCreation.autoCreate(['a']);
    const grow = (count: number, validateOnly = false): Promise<Fields> =>
      callApi(services, createPartitions, version, {
        topics: [{ name: 'a', count, assignments: null }],
        validateOnly,
      });
    expect((await grow(4, true)).results).toMatchObject([{ name: 'a', errorCode: 0 }]);
    expect(services.image().topicsByName.get('a')?.partitions.size).toBe(1);
    expect((await grow(4)).results).toMatchObject([{ name: 'a', errorCode: 0, errorMessage: null }]);
    expect(services.image().topicsByName.get('a')?.partitions.size).toBe(4);
    expect((await grow(3)).results).toMatchObject([{ errorCode: 37 }]);
  });

  it('answers NOT_CONTROLLER when the controller has stopped', async () => {
    const { services, controller } = await startTestServices();
    controller.stop();
    const answer = await callApi(services, createPartitions, 1, {
      topics: [{ name: 'a', count: 2, assignments: null }],
    });
    expect(answer.results).toMatchObject([{ name: 'a', errorCode: 41 }]);
    expect((await callApi(services, createTopics, 7, { topics: [topic('a')] })).topics).toMatchObject([
      { errorCode: 41, configs: [] },
    ]);
    expect((await callApi(services, deleteTopics, 1, { topicNames: ['a'] })).responses).toMatchObject([
      { errorCode: 41 },
    ]);
  });
});
