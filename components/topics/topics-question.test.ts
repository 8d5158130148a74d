/** The request that answers make: a dry run never carries what confirms or opens. */
import { expect, test } from 'vitest';
import { changeTopicsSchema } from '../../console/contracts/topic-changes';
import { emptyAnswers, isAnswered, questionOf } from './topics-question';

const topics = ['a', 'b'];
const answers = {
  ...emptyAnswers,
  partitions: '12',
  setting: ' retention.ms ',
  value: '1',
  confirm: '2',
  token: 't',
};

test.each([
  ['partitions', { partitions: 12 }, {}],
  ['configs', { configs: { 'retention.ms': '1' } }, {}],
  ['purge', {}, { confirm: '2' }],
  ['delete', {}, { confirm: '2', token: 't' }],
] as const)('%s', (action, told, confirmed) => {
  const dry = questionOf(action, topics, answers, true);
  expect(dry).toEqual({ action, topics, dryRun: true, ...told });
  expect(questionOf(action, topics, answers, false)).toEqual({
    ...{ action, topics, dryRun: false, ...told, ...confirmed },
  });
  expect(changeTopicsSchema.safeParse(dry).success).toBe(true);
});

test('a setting goes back to what holds without it, and what is no answer is not asked', () => {
  expect(questionOf('configs', topics, { ...answers, reset: true }, true)).toMatchObject({
    configs: { 'retention.ms': null },
  });
  for (const partitions of ['', '0', '1.5', '10001', 'x'])
    expect(isAnswered('partitions', { ...answers, partitions })).toBe(false);
  expect(isAnswered('configs', { ...answers, setting: 'retention ms' })).toBe(false);
  expect(isAnswered('delete', emptyAnswers)).toBe(true);
});
