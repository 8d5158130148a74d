/** One line of the log for one answer of the controller. */
import { expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { IsrNews } from './isr-news.ts';
import type { IsrProposal } from './partition-state.ts';

it('makes one line of each kind for all that came in one turn, and names single ones', async () => {
  const lines: string[] = [];
  const ignored = (): void => undefined;
  const logger: Logger = {
    info: (line) => lines.push(line),
    warn: ignored,
    error: ignored,
    named: () => logger,
  };
  const news = new IsrNews(logger);
  news.changed('t-0', [1, 2]);
  await Promise.resolve();
  expect(lines.splice(0)).toEqual(['In-sync replicas are now: t-0 [1, 2]']);
  const proposal: IsrProposal = {
    ...{ kind: 'shrink', leaderEpoch: 1, partitionEpoch: 7, isr: [{ brokerId: 1, brokerEpoch: 5 }] },
  };
  for (let index = 0; index < 40; index++) news.changed(`t-${String(index)}`, [1]);
  for (const name of ['u-0', 'u-1']) news.refused(name, proposal, ErrorCode.INVALID_UPDATE_VERSION);
  news.refused('u-2', proposal, ErrorCode.INELIGIBLE_REPLICA);
  await Promise.resolve();
  expect(lines).toEqual([
    'In-sync replicas are now: t-0 [1], t-1 [1], t-2 [1] and 37 more, 40 partitions in all',
    'The controller did not take in-sync replicas (INVALID_UPDATE_VERSION): u-0 [1] after partition epoch 7, u-1 [1] after partition epoch 7',
    'The controller did not take in-sync replicas (INELIGIBLE_REPLICA): u-2 [1] after partition epoch 7',
  ]);
});
