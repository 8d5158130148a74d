'use client';

/** A rule: what it watches, over which limit, for how long, how often, to whom. Its effect is said in a sentence. */
import { useId, useState, type FormEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { AlertRule } from '../../console/contracts/alerts';
import type { Channel } from '../../console/contracts/channels';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useSaveRule } from '../data/use-alerts';
import { formatDuration } from '../format/duration';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { ClusterField } from './cluster-field';
import { useConditionWords } from './condition-words';
import { RuleCondition } from './rule-condition';
import { isComplete, newCondition, ruleInput, type RuleDraft } from './rule-draft';
import { RuleChannels, RuleTimes } from './rule-fields';
import type { OfferedRule } from './rule-link';

interface RuleDialogProps {
  rule: AlertRule | null;
  /** What a new rule is to watch, when somebody came for that. */
  offer: OfferedRule | null;
  onClose: () => void;
  channels: readonly Channel[];
}

export function RuleDialog({ rule, offer, onClose, channels }: RuleDialogProps) {
  const t = useTranslations('ruleForm');
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={rule === null ? t('newTitle') : t('editTitle', { name: rule.name })}
      wide
    >
      <RuleForm key={rule?.id ?? 'new'} rule={rule} offer={offer} channels={channels} onClose={onClose} />
    </Dialog>
  );
}

function initialInput(
  { rule, offer, channels }: RuleDialogProps,
  cluster: string,
  nameOf: (offer: OfferedRule) => string,
): RuleDraft {
  if (rule !== null) {
    const { id: _id, state: _state, createdAt: _at, updatedAt: _updated, createdBy: _by, ...draft } = rule;
    return draft;
  }
  return {
    ...(offer ?? { ...newCondition('group-lag'), cluster }),
    name: offer === null ? '' : nameOf(offer),
    forSeconds: 60,
    repeatSeconds: 3600,
    maxTimes: null,
    level: 'P2',
    channelIds: channels.filter((channel) => channel.enabled).map((channel) => channel.id),
    enabled: true,
  };
}

/** A name for a rule that was offered, so that it can be saved as it is. */
function useOfferedName(): (offer: OfferedRule) => string {
  const t = useTranslations('ruleForm');
  return ({ type, group, topic, broker }) => {
    const named = (['group-lag', 'topic-capacity', 'broker-down'] as const).find((each) => each === type);
    if (named === undefined) return '';
    return t(`offered.${named}`, {
      group: group ?? 'none',
      topic: topic ?? 'none',
      broker: broker === null ? 'none' : String(broker),
    });
  };
}

function RuleForm(props: RuleDialogProps) {
  const { rule, channels, onClose } = props;
  const t = useTranslations('ruleForm');
  const locale = useLocale();
  const formId = useId();
  const clusterId = useClusterId();
  const offeredName = useOfferedName();
  const save = useSaveRule();
  const words = useProblemWords();
  const [input, setInput] = useState(() => initialInput(props, clusterId, offeredName));
  const [tried, setTried] = useState(false);
  const set = (change: Partial<RuleDraft>): void => setInput((before) => ({ ...before, ...change }));
  const problems = fieldErrors(save.error);
  const conditionWords = useConditionWords();
  const complete = isComplete(input);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (input.name.trim() === '' || !complete) return;
    save.mutate(
      { id: rule?.id ?? null, rule: ruleInput({ ...input, name: input.name.trim() }) },
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
            placeholder={t('namePlaceholder')}
            onChange={(event) => set({ name: event.target.value })}
          />
          <ClusterField
            value={input.cluster}
            onChange={(cluster) => set({ cluster })}
            error={problems['cluster']}
          />
          <RuleCondition input={input} set={set} problems={problems} />
          <RuleTimes input={input} set={set} problems={problems} />
          <RuleChannels input={input} set={set} channels={channels} />
          <CheckField
            label={t('enabled')}
            checked={input.enabled}
            onChange={(event) => set({ enabled: event.target.checked })}
          />
        </form>
        {save.isError && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(save.error)} />
        ) : complete ? (
          <p className="border-t border-line pt-3 text-sm text-soft">
            {t('effect', {
              condition: conditionWords(input),
              for:
                input.forSeconds === 0
                  ? ''
                  : t('effectFor', { time: formatDuration(input.forSeconds * 1000, locale) }),
              channels: input.channelIds.length,
            })}
          </p>
        ) : null}
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
