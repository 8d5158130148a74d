'use client';

/** A rule on lag: which group and topic, over which limit, for how long, how often, to whom. Its effect is said in a sentence. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { AlertLevel, AlertRule, AlertRuleInput, Channel } from '../../console/contracts/alerts';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useSaveRule } from '../data/use-alerts';
import { useGroups } from '../data/use-groups';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

const levels: readonly AlertLevel[] = ['P0', 'P1', 'P2', 'P3'];
const durations = [0, 60, 120, 300, 600, 1800, 3600] as const;
const repeats = [0, 900, 1800, 3600, 14_400, 86_400] as const;

interface RuleDialogProps {
  rule: AlertRule | null;
  open: boolean;
  onClose: () => void;
  channels: readonly Channel[];
}

export function RuleDialog({ rule, open, onClose, channels }: RuleDialogProps) {
  const t = useTranslations('ruleForm');
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={rule === null ? t('newTitle') : t('editTitle', { name: rule.name })}
      wide
    >
      <RuleForm key={rule?.id ?? 'new'} rule={rule} channels={channels} onClose={onClose} />
    </Dialog>
  );
}

function initialInput(rule: AlertRule | null, cluster: string, channels: readonly Channel[]): AlertRuleInput {
  if (rule === null) {
    return {
      name: '',
      type: 'group-lag',
      cluster,
      group: null,
      topic: null,
      threshold: 1000,
      unit: 'records',
      forSeconds: 60,
      repeatSeconds: 3600,
      maxTimes: null,
      level: 'P2',
      channelIds: channels.filter((channel) => channel.enabled).map((channel) => channel.id),
      enabled: true,
    };
  }
  const { name, type, group, topic, threshold, unit, forSeconds, repeatSeconds, maxTimes, level, channelIds, enabled } = rule;
  return { name, type, cluster: rule.cluster, group, topic, threshold, unit, forSeconds, repeatSeconds, maxTimes, level, channelIds, enabled };
}

/** A number that is not among the usual ones (set over the API) is offered too. */
const withOwn = (usual: readonly number[], own: number): number[] =>
  usual.includes(own) ? [...usual] : [...usual, own].sort((a, b) => a - b);

function RuleForm({ rule, channels, onClose }: { rule: AlertRule | null; channels: readonly Channel[]; onClose: () => void }) {
  const t = useTranslations('ruleForm');
  const formId = useId();
  const listId = useId();
  const clusterId = useClusterId();
  const groups = useGroups(clusterId).data?.items ?? [];
  const save = useSaveRule();
  const words = useProblemWords();
  const [input, setInput] = useState(() => initialInput(rule, clusterId, channels));
  const [threshold, setThreshold] = useState(() => String(input.threshold));
  const [tried, setTried] = useState(false);
  const set = (change: Partial<AlertRuleInput>): void => setInput((before) => ({ ...before, ...change }));
  const problems = fieldErrors(save.error);
  const limit = Number(threshold);
  const limitWrong = threshold.trim() === '' || !Number.isFinite(limit) || limit < 0;
  const topics = groups.find((group) => group.id === input.group)?.topics ?? [];

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (input.name.trim() === '' || limitWrong) return;
    save.mutate(
      { id: rule?.id ?? null, rule: { ...input, name: input.name.trim(), threshold: limit } },
      {
        onSuccess: (saved) => {
          onClose();
          toast(t('saved', { name: saved.name }));
        },
      },
    );
  };

  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <TextField
            label={t('name')}
            error={problems['name'] ?? (tried && input.name.trim() === '' ? t('nameMissing') : undefined)}
            value={input.name}
            autoFocus
            placeholder={t('namePlaceholder')}
            onChange={(event) => set({ name: event.target.value })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t('group')}
              help={t('groupHelp')}
              error={problems['group']}
              value={input.group ?? ''}
              list={listId}
              placeholder={t('everyGroup')}
              onChange={(event) => set({ group: event.target.value === '' ? null : event.target.value, topic: null })}
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
              {(input.topic !== null && !topics.includes(input.topic) ? [...topics, input.topic] : topics).map((topic) => (
                <option key={topic} value={topic}>
                  {topic}
                </option>
              ))}
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
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-2 text-sm font-medium text-ink">{t('channels')}</legend>
            {channels.length === 0 ? <p className="text-xs text-dim">{t('noChannels')}</p> : null}
            {channels.map((channel) => (
              <CheckField
                key={channel.id}
                label={channel.name}
                help={channel.settings.to.join(', ')}
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
          <CheckField label={t('enabled')} checked={input.enabled} onChange={(event) => set({ enabled: event.target.checked })} />
        </form>
        {save.isError && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(save.error)} />
        ) : limitWrong ? null : (
          <p className="border-t border-line pt-3 text-sm text-soft">
            {t('effect', {
              group: input.group ?? t('effectEveryGroup'),
              threshold: formatCount(limit),
              for: input.forSeconds === 0 ? t('effectAtOnce') : t('effectFor', { time: formatDuration(input.forSeconds * 1000) }),
              channels: input.channelIds.length,
            })}
          </p>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={save.isPending}>
          {t('save')}
        </Button>
      </DialogFoot>
    </>
  );
}
