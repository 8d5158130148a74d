'use client';

/** A silence, or a maintenance window when it begins later: what is quiet, from when, for how long, and why. */
import { useId, useState, type FormEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { AlertRule } from '../../console/contracts/alerts';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useCreateSilence } from '../data/use-alerts';
import { formatDuration } from '../format/duration';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { ClusterField } from './cluster-field';
import {
  missingIn,
  newSilence,
  silenceInputOf,
  silenceLengths,
  silenceScopes,
  type SilenceDraft,
} from './silence-draft';

interface SilenceDialogProps {
  open: boolean;
  onClose: () => void;
  rules: readonly AlertRule[];
}

export function SilenceDialog({ open, onClose, rules }: SilenceDialogProps) {
  const t = useTranslations('silenceForm');
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t('title')}
    >
      <SilenceForm onClose={onClose} rules={rules} />
    </Dialog>
  );
}

interface FieldsProps {
  draft: SilenceDraft;
  change: (changes: Partial<SilenceDraft>) => void;
  problems: Readonly<Record<string, string>>;
  tried: boolean;
}

function Scope({ draft, change, problems, tried, rules }: FieldsProps & { rules: readonly AlertRule[] }) {
  const t = useTranslations('silenceForm');
  const { scope, ruleId, name } = draft;
  const missing = tried ? missingIn(draft) : null;
  const missingWords = missing === null ? undefined : t(`missing.${missing}`);
  return (
    <>
      <SelectField
        label={t('scope')}
        value={scope}
        onChange={({ target: { value } }) =>
          change({ scope: silenceScopes.find((each) => each === value) ?? 'cluster', name: '' })
        }
      >
        {silenceScopes.map((each) => (
          <option key={each} value={each}>
            {t(`scopes.${each}`)}
          </option>
        ))}
      </SelectField>
      {scope === 'rule' ? (
        <SelectField
          label={t('rule')}
          error={problems['ruleId'] ?? missingWords}
          value={ruleId}
          onChange={(event) => change({ ruleId: event.target.value })}
        >
          <option value="">{t('chooseRule')}</option>
          {rules.map((rule) => (
            <option key={rule.id} value={rule.id}>
              {rule.name}
            </option>
          ))}
        </SelectField>
      ) : null}
      {scope === 'group' || scope === 'topic' || scope === 'broker' ? (
        <TextField
          label={t(`names.${scope}`)}
          help={scope === 'broker' ? t('brokerHelp') : t('patternHelp')}
          error={problems[scope] ?? missingWords}
          mono
          value={name}
          autoComplete="off"
          spellCheck={false}
          inputMode={scope === 'broker' ? 'numeric' : undefined}
          onChange={(event) => change({ name: event.target.value })}
        />
      ) : null}
    </>
  );
}

function Times({ draft, change, problems }: FieldsProps) {
  const t = useTranslations('silenceForm');
  const locale = useLocale();
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        label={t('startsAt')}
        optional={t('atOnce')}
        error={problems['startsAt']}
        type="datetime-local"
        value={draft.startsAt}
        onChange={(event) => change({ startsAt: event.target.value })}
      />
      <SelectField
        label={t('length')}
        error={problems['endsAt']}
        value={String(draft.lengthSeconds)}
        onChange={(event) => change({ lengthSeconds: Number(event.target.value) })}
      >
        {silenceLengths.map((seconds) => (
          <option key={seconds} value={String(seconds)}>
            {formatDuration(seconds * 1_000, locale)}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

function SilenceForm({ onClose, rules }: Omit<SilenceDialogProps, 'open'>) {
  const t = useTranslations('silenceForm');
  const formId = useId();
  const [cluster, setCluster] = useState(useClusterId());
  const create = useCreateSilence();
  const words = useProblemWords();
  const [draft, setDraft] = useState(newSilence);
  const [tried, setTried] = useState(false);
  const problems = fieldErrors(create.error);
  const change = (changes: Partial<SilenceDraft>): void => setDraft((before) => ({ ...before, ...changes }));
  const fields = { draft, change, problems, tried };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const input = silenceInputOf(draft, cluster, Date.now());
    if (input === null) return;
    create.mutate(input, {
      onSuccess: () => {
        onClose();
        toast(t('saved'));
      },
    });
  };

  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <ClusterField value={cluster} onChange={setCluster} error={problems['cluster']} />
          <Scope {...fields} rules={rules.filter((rule) => rule.cluster === cluster)} />
          <Times {...fields} />
          <TextField
            label={t('comment')}
            optional={t('optional')}
            error={problems['comment']}
            value={draft.comment}
            maxLength={500}
            placeholder={t('commentPlaceholder')}
            onChange={(event) => change({ comment: event.target.value })}
          />
        </form>
        {create.isError && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(create.error)} />
        ) : (
          <p className="border-t border-line pt-3 text-sm text-soft">{t('effect')}</p>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={create.isPending}>
          {t('save')}
        </Button>
      </DialogFoot>
    </>
  );
}
