/** The controller over its real metadata log on a memory disk that can fill up, fail and lose power. */
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../platform/memory/memory-disk.ts';
import { startController, topicRequest } from './controller-test-kit.ts';
import { ControllerUnavailable } from './controller.ts';
import type { MetadataImage } from './image.ts';

const CREATE = { validateOnly: false };
const ZERO = 'AAAAAAAAAAAAAAAAAAAAAA';

/** What must be the same after a restart: all but the registration of the broker and the epochs that it starts. */
function lasting(image: MetadataImage): unknown {
  return {
    configs: image.configs,
    nextProducerId: image.nextProducerId,
    topics: [...image.topicsByName.values()].map(({ name, topicId, partitions }) => ({
      ...{ name, topicId },
      partitions: [...partitions.values()].map(({ partition, replicas, isr, leader }) => ({
        partition,
        replicas,
        isr,
        leader,
      })),
    })),
  };
}

describe('Controller', () => {
  it('tells listeners of every change, and a late one of everything', async () => {
    const { controller, publisher } = await startController();
    const seen: string[] = [];
    const stopListening = publisher.onImage((_image, delta) => {
      seen.push(
        [
          ...delta.createdTopics.map(({ name }) => `+${name}`),
          ...delta.deletedTopics.map(({ name }) => `-${name}`),
        ].join(' '),
      );
    });
    await controller.createTopics([topicRequest('a')], CREATE);
    publisher.onImage((_image, delta) => seen.push(`late ${String(delta.createdTopics.length)}`));
    stopListening();
    await controller.deleteTopics([{ name: 'a', topicId: ZERO }]);
    expect(seen).toEqual(['', '+a', 'late 1', 'late 0']);
  });

  it('runs commands one after another, each against what the ones before left', async () => {
    const { controller, publisher } = await startController();
    const results = await Promise.all([
      controller.createTopics([topicRequest('a')], CREATE),
      controller.createTopics([topicRequest('a')], CREATE),
      controller.createPartitions([{ name: 'a', count: 5, assignments: null }], { validateOnly: false }),
      controller.deleteTopics([{ name: 'a', topicId: ZERO }]),
      controller.createTopics([topicRequest('a')], CREATE),
    ]);
    expect(results.map(([result]) => result?.errorCode)).toEqual([0, 36, 0, 0, 0]);
    expect(publisher.image().topicsByName.get('a')?.partitions.size).toBe(2);
  });

  it('is the same after power was lost, apart from new leader epochs', async () => {
    const { controller, publisher, platform } = await startController();
    await controller.createTopics(
      [topicRequest('a', { configs: [{ name: 'retention.ms', value: '1' }] }), topicRequest('b')],
      CREATE,
    );
    await controller.createPartitions([{ name: 'a', count: 4, assignments: null }], { validateOnly: false });
    await controller.incrementalAlterConfigs(
      [{ resourceType: 4, resourceName: '', changes: [{ name: 'retention.ms', operation: 0, value: '3' }] }],
      false,
    );
    await controller.deleteTopics([{ name: 'b', topicId: ZERO }]);
    const first = await controller.allocateProducerIds(
      0,
      publisher.image().brokers.get(0)?.brokerEpoch ?? -1,
    );
    const before = publisher.image();
    platform.disk.crash();
    const {
      controller: again,
      publisher: publisherAgain,
      metadataLog,
    } = await startController(platform.disk);
    expect(lasting(publisherAgain.image())).toEqual(lasting(before));
    expect(publisherAgain.image().topicsByName.get('a')?.partitions.get(0)?.leaderEpoch).toBe(2);
    const second = await again.allocateProducerIds(
      0,
      publisherAgain.image().brokers.get(0)?.brokerEpoch ?? -1,
    );
    expect(second.firstProducerId).toBe(first.firstProducerId + 1000);
    again.stop();
    await metadataLog.stop();
    const { publisher: publisherThird } = await startController(platform.disk, { wasCleanShutdown: true });
    expect(publisherThird.image().topicsByName.get('a')?.partitions.get(0)?.leaderEpoch).toBe(4);
  });

  it('does a command wholly or not at all when it is killed in the middle, and again without harm', async () => {
    const disk = new MemoryDisk(() => 0);
    const outcomes = new Set<string>();
    for (let round = 0; round < 50; round++) {
      const { controller } = await startController(disk, { seed: round });
      const name = `t${String(round)}`;
      const answers: string[] = [];
      void controller.createTopics([topicRequest(name, { numPartitions: 7 })], CREATE).then(
        () => answers.push('created'),
        () => undefined,
      );
      if (round > 0) {
        void controller.deleteTopics([{ name: `t${String(round - 1)}`, topicId: ZERO }]).then(
          () => answers.push('deleted'),
          () => undefined,
        );
      }
      // Lose power after so many turns: before, during and after the two commits.
      for (let turn = 0; turn < round % 40; turn++) await Promise.resolve();
      const answered = [...answers];
      disk.crash({ keep: 'random', seed: round });
      const {
        controller: after,
        publisher: publisherAfter,
        metadataLog,
      } = await startController(disk, { seed: round });
      const topics = publisherAfter.image().topicsByName;
      expect([undefined, 7]).toContain(topics.get(name)?.partitions.size);
      outcomes.add(`${answered.join('+') || 'unanswered'}, ${topics.has(name) ? 'there' : 'not there'}`);
      if (answered.includes('created')) expect(topics.has(name)).toBe(true);
      if (answered.includes('deleted')) expect(topics.has(`t${String(round - 1)}`)).toBe(false);
      const [retried] = await after.createTopics([topicRequest(name, { numPartitions: 7 })], CREATE);
      expect([0, 36]).toContain(retried?.errorCode);
      after.stop();
      await metadataLog.stop();
    }
    // The rounds did end at different moments.
    expect(outcomes.size).toBeGreaterThanOrEqual(3);
  }, 60_000);

  it('refuses a change that the disk has no room for, and goes on', async () => {
    const { controller, publisher, platform, fatal } = await startController();
    const before = publisher.image();
    platform.disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', bytesDone: 5 });
    const failure: unknown = await controller
      .createTopics([topicRequest('a')], CREATE)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ControllerUnavailable);
    expect((failure as ControllerUnavailable).errorCode).toBe(56);
    expect(publisher.image()).toBe(before);
    const [again] = await controller.createTopics([topicRequest('a')], CREATE);
    expect(again?.errorCode).toBe(0);
    expect(fatal).toEqual([]);
    const { publisher: publisherAfter } = await startController(platform.disk);
    expect(publisherAfter.image().topicsByName.has('a')).toBe(true);
  });

  it('writes nothing more when a flush failed, and says that it must be restarted', async () => {
    const { controller, publisher, platform, fatal } = await startController();
    platform.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    await expect(controller.createTopics([topicRequest('a')], CREATE)).rejects.toMatchObject({
      errorCode: 41,
    });
    await expect(controller.createTopics([topicRequest('b')], CREATE)).rejects.toMatchObject({
      errorCode: 41,
    });
    expect(fatal).toHaveLength(1);
    expect(controller.isActive).toBe(false);
    expect(publisher.image().topicsByName.size).toBe(0);
  });

  it('does not let one listener keep the others or the client from a change', async () => {
    const { controller, publisher } = await startController();
    const heard: number[] = [];
    let failing = false;
    publisher.onImage(() => {
      if (failing) throw new Error('disk on fire');
    });
    publisher.onImage((image) => heard.push(image.topicsByName.size));
    failing = true;
    const [created] = await controller.createTopics([topicRequest('a')], CREATE);
    expect(created?.errorCode).toBe(0);
    expect(heard).toEqual([0, 1]);
  });

  it('answers nothing after it was stopped', async () => {
    const { controller } = await startController();
    controller.stop();
    await expect(controller.allocateProducerIds(0, 0)).rejects.toMatchObject({ errorCode: 41 });
    expect(controller.isActive).toBe(false);
  });
});
