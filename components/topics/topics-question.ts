/** What a person answers before many topics are changed, and the request it makes. PURE. */
import type { ChangeTopicsInput, TopicsAction } from '../../console/contracts/topic-changes';

export interface ChangeAnswers {
  readonly partitions: string;
  readonly setting: string;
  readonly value: string;
  /** Back to what holds without it. */
  readonly reset: boolean;
  readonly confirm: string;
  readonly token: string;
}

export const emptyAnswers: ChangeAnswers = {
  partitions: '',
  setting: '',
  value: '',
  reset: false,
  confirm: '',
  token: '',
};

const PARTITIONS_MAX = 10_000;
const settingName = /^[A-Za-z0-9._-]{1,255}$/;

export function isPartitionCount(text: string): boolean {
  const count = Number(text);
  return text.trim() !== '' && Number.isInteger(count) && count >= 1 && count <= PARTITIONS_MAX;
}

export const isSetting = (text: string): boolean => settingName.test(text.trim());

export function isAnswered(action: TopicsAction, { partitions, setting }: ChangeAnswers): boolean {
  if (action === 'partitions') return isPartitionCount(partitions);
  return action !== 'configs' || isSetting(setting);
}

export function questionOf(
  action: TopicsAction,
  topics: string[],
  answers: ChangeAnswers,
  dryRun: boolean,
): ChangeTopicsInput {
  const confirmed = dryRun ? {} : { confirm: answers.confirm };
  switch (action) {
    case 'partitions':
      return { action, topics, partitions: Number(answers.partitions), dryRun };
    case 'configs':
      return {
        action,
        topics,
        configs: { [answers.setting.trim()]: answers.reset ? null : answers.value },
        dryRun,
      };
    case 'purge':
      return { action, topics, dryRun, ...confirmed };
    case 'delete':
      return { action, topics, dryRun, ...confirmed, ...(dryRun ? {} : { token: answers.token }) };
  }
}
