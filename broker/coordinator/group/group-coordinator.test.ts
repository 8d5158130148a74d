/** Conversations with a group coordinator, each a file of commands and what came of them; `vitest -u` writes them anew. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { wholeImageDelta } from '../../controller/image.ts';
import { partitionChange } from '../../controller/metadata-record.ts';
import { GroupTestKit } from './group-test-kit.ts';
import { GroupTranscript, replayTranscript } from './group-transcript.ts';

const directory = fileURLToPath(new URL('testdata/', import.meta.url));

describe('transcripts', () => {
  it.each(readdirSync(directory))('%s', async (name) => {
    const path = directory + name;
    await expect(await replayTranscript(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
  });
});

describe('a coordinator and the image', () => {
  const topics = [{ name: 't', partitionIndexes: [0] }];
  const error = (kit: GroupTestKit): number =>
    kit.coordinator.fetchOffsets({ groupId: 'g', topics }).errorCode;

  it('serves from the moment its broker is unfenced until it is fenced again', async () => {
    const kit = new GroupTestKit();
    await kit.start();
    expect(error(kit)).toBe(0);
    const type = 'BrokerRegistrationChangeRecord';
    const fence = (fenced: 1 | -1): void =>
      kit.change([{ type, brokerId: 0, brokerEpoch: 0, fenced, inControlledShutdown: 0 }]);
    fence(1);
    kit.coordinator.onImage(kit.image, wholeImageDelta(kit.image));
    expect(error(kit)).toBe(16);
    fence(-1);
    kit.coordinator.onImage(kit.image, wholeImageDelta(kit.image));
    await kit.advance(0);
    expect(error(kit)).toBe(0);
  });

  it('gives up partitions that another broker leads now, and all when the topic is deleted', async () => {
    const kit = new GroupTestKit();
    await kit.start();
    const topicId = kit.image.topicsByName.get('__consumer_offsets')?.topicId ?? '';
    // "g" lives in partition 103 mod 50.
    kit.change([partitionChange(topicId, 3, { leader: 1 })]);
    expect(error(kit)).toBe(16);
    kit.change([partitionChange(topicId, 3, { leader: 0 })]);
    await kit.advance(0);
    expect(error(kit)).toBe(0);
    kit.deleteTopic('__consumer_offsets');
    expect(error(kit)).toBe(16);
    await kit.start();
    expect(error(kit)).toBe(0);
  });

  it('counts what it has, for metrics', async () => {
    const kit = new GroupTestKit();
    await kit.start();
    kit.createTopic('t', 1);
    const partitions = [
      {
        partitionIndex: 0,
        committedOffset: 1n,
        committedLeaderEpoch: -1,
        commitTimestamp: -1n,
        committedMetadata: '',
      },
    ];
    const request = {
      groupId: 'g',
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
      retentionTimeMs: -1n,
    };
    await kit.coordinator.commitOffsets({ ...request, topics: [{ name: 't', partitions }] });
    expect(kit.coordinator.counts()).toMatchObject({ offsets: 1, groups: { Empty: 1, Stable: 0 } });
  });
});

describe('group.max.size', () => {
  async function script(kit: GroupTestKit): Promise<(line: string) => Promise<string[]>> {
    await kit.start();
    const transcript = new GroupTranscript(kit);
    return (line) => transcript.run(line);
  }

  it('turns away who comes too late, while the group forms and when it is stable', async () => {
    const kit = new GroupTestKit({ maxGroupSize: 2 });
    const run = await script(kit);
    await run('join a');
    await run('join b');
    expect(await run('join c')).toEqual(['c not joined: GROUP_MAX_SIZE_REACHED']);
    await run('advance 6000');
    await run('sync b');
    expect(await run('sync a a=1 b=2')).toHaveLength(2);
    expect(await run('join c')).toEqual(['c not joined: GROUP_MAX_SIZE_REACHED']);
    expect(await run('heartbeat a')).toEqual(['a: NONE']);
  });

  it('makes a stored group that is too large rebalance, and sends the last ones away', async () => {
    const kit = new GroupTestKit();
    const run = await script(kit);
    await run('join a');
    await run('join b');
    await run('advance 6000');
    await run('sync b');
    await run('sync a a=1 b=2');
    kit.config = { ...kit.config, maxGroupSize: 1 };
    await run('restart');
    expect(await run('heartbeat a')).toEqual(['a: REBALANCE_IN_PROGRESS']);
    await run('join a');
    expect(await run('join b')).toEqual(['b not joined: GROUP_MAX_SIZE_REACHED']);
    expect(await run('advance 60000')).toEqual(['a joined: generation 2, range, leader a, members a']);
  });
});
