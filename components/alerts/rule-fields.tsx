'use client';

/** The fields of a rule: what it watches, over which limit, for how long, how often it reminds, and whom it tells. */
import { useId } from 'react';
import { useTranslations } from 'next-intl';
import type { AlertLevel } from '../../console/contracts/alerts';
import type { Channel } from '../../console/contracts/channels';
import { useGroups } from '../data/use-groups';
import { formatDuration } from '../format/duration';
import { useClusterId } from '../layout/session-context';
import { CheckField, SelectField, TextField } from '../ui/field';
import type { RuleDraft } from './rule-draft';

const levels: readonly AlertLevel[] = ['P0', 'P1', 'P2', 'P3'];
const durations = [0, 60, 120, 300, 600, 1800, 3600] as const;
const repeats = [0, 900, 1800, 3600, 14_400, 86_400] as const;

/** A number that is not among the usual ones (set over the API) is offered too. */
const withOwn = (usual: readonly number[], own: number): number[] =>
  usual.includes(own) ? [...usual] : [...usual, own].sort((a, b) => a - b);

export const isThreshold = (text: string): boolean =>
  text.trim() !== '' && Number.isFinite(Number(text)) && Number(text) >= 0;

interface RuleFieldsProps {
  input: RuleDraft;
  set: (change: Partial<RuleDraft>) => void;
}

interface RuleConditionProps extends RuleFieldsProps {
  threshold: string;
  setThreshold: (text: string) => void;
  problems: Readonly<Record<string, string>>;
}

export function RuleCondition({ input, set, threshold, setThreshold, problems }: RuleConditionProps) {
  const t = useTranslations('ruleForm');
  const listId = useId();
  const groups = useGroups(useClusterId()).data?.items ?? [];
  const topics = groups.find((group) => group.id === input.group)?.topics ?? [];
  const limitWrong = !isThreshold(threshold);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        label={t('group')}
        help={t('groupHelp')}
        error={problems['group']}
        value={input.group ?? ''}
        list={listId}
        placeholder={t('everyGroup')}
        onChange={(event) =>
          set({ group: event.target.value === '' ? null : event.target.value, topic: null })
        }
      />
      <datalist id={listId}>
        {groups.map((group) => (
          <option key={group.id} value={group.id} />
        ))}
      </datalist>
      <SelectField
        label={t('topic')}
        help={t('topicHelp')}
        error={problems['topic']}
        value={input.topic ?? ''}
        onChange={(event) => set({ topic: event.target.value === '' ? null : event.target.value })}
      >
        <option value="">{t('everyTopic')}</option>
        {(input.topic !== null && !topics.includes(input.topic) ? [...topics, input.topic] : topics).map(
          (topic) => (
            <option key={topic} value={topic}>
              {topic}
            </option>
          ),
        )}
      </SelectField>
      <TextField
        label={t('threshold')}
        help={t('thresholdHelp')}
        error={problems['threshold'] ?? (limitWrong ? t('thresholdWrong') : undefined)}
        inputMode="numeric"
        unit={t('records')}
        value={threshold}
        onChange={(event) => setThreshold(event.target.value)}
      />
      <SelectField
        label={t('for')}
        help={t('forHelp')}
        error={problems['forSeconds']}
        value={input.forSeconds}
        onChange={(event) => set({ forSeconds: Number(event.target.value) })}
      >
        {withOwn(durations, input.forSeconds).map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === 0 ? t('atOnce') : formatDuration(seconds * 1000)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('level')}
        help={t('levelHelp')}
        value={input.level}
        onChange={(event) => set({ level: levels.find((each) => each === event.target.value) ?? 'P2' })}
      >
        {levels.map((level) => (
          <option key={level} value={level}>
            {t(`levels.${level}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('repeat')}
        help={t('repeatHelp')}
        value={input.repeatSeconds}
        onChange={(event) => set({ repeatSeconds: Number(event.target.value) })}
      >
        {withOwn(repeats, input.repeatSeconds).map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === 0 ? t('never') : t('every', { time: formatDuration(seconds * 1000) })}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

export function RuleChannels({ input, set, channels }: RuleFieldsProps & { channels: readonly Channel[] }) {
  const t = useTranslations('ruleForm');
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-medium text-ink">{t('channels')}</legend>
      {channels.length === 0 ? <p className="text-xs text-dim">{t('noChannels')}</p> : null}
      {channels.map((channel) => (
        <CheckField
          key={channel.id}
          label={channel.name}
          help={channel.type === 'email' ? channel.settings.to.join(', ') : channel.settings.url}
          checked={input.channelIds.includes(channel.id)}
          onChange={(event) =>
            set({
              channelIds: event.target.checked
                ? [...input.channelIds, channel.id]
                : input.channelIds.filter((id) => id !== channel.id),
            })
          }
        />
      ))}
    </fieldset>
  );
}
