/** Consumer groups whose times are other than the broker's, each for itself and from the next step on. */
import { expect, it } from 'vitest';
import type { ConsumerGroupTimes } from '../group-context.ts';
import { GroupTestKit, TEST_CONFIG, TEST_TIMES } from '../group-test-kit.ts';
import { TestMember } from './consumer-test-kit.ts';

/** `own` may be changed while the groups live. */
async function newKit() {
  const own = new Map<string, Partial<ConsumerGroupTimes>>();
  const timesOf = (groupId: string): ConsumerGroupTimes => ({ ...TEST_TIMES, ...own.get(groupId) });
  const kit = new GroupTestKit({ consumer: { ...TEST_CONFIG.consumer, timesOf } });
  await kit.start();
  kit.change([{ type: 'FeatureLevelRecord', name: 'group.version', featureLevel: 1 }]);
  kit.createTopic('t', 4);
  return { kit, own };
}

it('their members are told how often to speak', async () => {
  const { kit, own } = await newKit();
  const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
  own.set('g', { heartbeatIntervalMs: 9_000 });
  await a.join();
  await b.join({ groupId: 'other' });
  const told = async (member: TestMember, groupId: string): Promise<number> => {
    const answer = member.send({ groupId });
    await kit.advance(1);
    return (await answer).heartbeatIntervalMs;
  };
  expect([await told(a, 'g'), await told(b, 'other')]).toEqual([9_000, 5_000]);
  own.set('g', { heartbeatIntervalMs: 7_000 });
  expect(await told(a, 'g')).toBe(7_000);
});

it('their members are thrown out after another time, counted from the heartbeat after it was set', async () => {
  const { kit, own } = await newKit();
  const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
  own.set('g', { sessionTimeoutMs: 60_000 });
  await a.join();
  await b.join({ groupId: 'other' });
  await kit.advance(50_000);
  expect(await a.say()).toBe('1: t-0,1,2,3');
  expect(await b.say({ groupId: 'other' })).toBe('UNKNOWN_MEMBER_ID');
  own.set('g', { sessionTimeoutMs: 46_000 });
  await kit.advance(50_000);
  expect(await a.say()).toBe('1: t-0,1,2,3');
  await kit.advance(47_000);
  expect(await a.say()).toBe('UNKNOWN_MEMBER_ID');
});

it('targets are computed at other intervals', async () => {
  const { kit, own } = await newKit();
  own.set('g', { assignmentIntervalMs: 10_000 });
  const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
  const [c, d] = [new TestMember(kit, 'c'), new TestMember(kit, 'd')];
  await a.join();
  await c.join({ groupId: 'other' });
  await b.join();
  await d.join({ groupId: 'other' });
  expect(await a.beat()).toBe('1: t-0,1,2,3');
  expect(await c.beat({ groupId: 'other' })).toBe('1: t-0,1');
  await kit.advance(10_000);
  await b.beat();
  expect(await a.beat()).toBe('1: t-0,1');
});
