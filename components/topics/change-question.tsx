'use client';

/** The fields of a change of many topics: how many partitions, or which setting and what it shall be. The others ask nothing. */
import { useId } from 'react';
import { useTranslations } from 'next-intl';
import type { TopicsAction } from '../../console/contracts/topic-changes';
import { CheckField, TextField } from '../ui/field';
import { isPartitionCount, isSetting, type ChangeAnswers } from './topics-question';

/** Kafka's own names of what is set on topics (org.apache.kafka.common.config.TopicConfig). */
const settings = [
  'cleanup.policy',
  'compression.type',
  'delete.retention.ms',
  'max.compaction.lag.ms',
  'max.message.bytes',
  'message.timestamp.type',
  'min.cleanable.dirty.ratio',
  'min.compaction.lag.ms',
  'min.insync.replicas',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
  'segment.ms',
  'unclean.leader.election.enable',
] as const;

interface ChangeQuestionProps {
  action: TopicsAction;
  answers: ChangeAnswers;
  set: (next: Partial<ChangeAnswers>) => void;
  tried: boolean;
}

export function ChangeQuestion({ action, answers, set, tried }: ChangeQuestionProps) {
  const t = useTranslations('changeTopics');
  const listId = useId();
  if (action === 'partitions') {
    return (
      <TextField
        label={t('partitions')}
        help={t('partitionsHelp')}
        error={tried && !isPartitionCount(answers.partitions) ? t('partitionsRule') : undefined}
        inputMode="numeric"
        autoComplete="off"
        value={answers.partitions}
        onChange={(event) => set({ partitions: event.target.value })}
      />
    );
  }
  if (action !== 'configs') return null;
  return (
    <>
      <TextField
        label={t('setting')}
        help={t('settingHelp')}
        error={tried && !isSetting(answers.setting) ? t('settingRule') : undefined}
        mono
        autoComplete="off"
        spellCheck={false}
        list={listId}
        value={answers.setting}
        onChange={(event) => set({ setting: event.target.value })}
      />
      <datalist id={listId}>
        {settings.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {answers.reset ? null : (
        <TextField
          label={t('value')}
          mono
          autoComplete="off"
          spellCheck={false}
          value={answers.value}
          onChange={(event) => set({ value: event.target.value })}
        />
      )}
      <CheckField
        label={t('reset')}
        help={t('resetHelp')}
        checked={answers.reset}
        onChange={(event) => set({ reset: event.target.checked })}
      />
    </>
  );
}
