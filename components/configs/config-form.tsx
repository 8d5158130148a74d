'use client';

/**
 * One setting changed, whoever it belongs to: what it is and where its value comes from, what it shall be, or back to what holds
 * without it. The present value of a sensitive one is never here. Kafka's refusal is shown as it came.
 */
import { useId, useState, type FormEvent } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { Config, ExplainedConfig } from '../../console/contracts/configs';
import { useProblemWords } from '../data/problem-words';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { ConfigExplained } from './config-explained';
import { isWrong, settingFacts } from './setting-facts';
import { useMeaningWords } from './value-words';

export interface ConfigChange {
  /** Null goes back to what holds without it. */
  readonly send: (value: string | null) => void;
  readonly isPending: boolean;
  readonly error: unknown;
}

interface ConfigFormProps {
  config: Config;
  /** The source of what was set on this very thing, which alone can go back. */
  own: 'topic' | 'dynamicBroker';
  explained: UseQueryResult<ExplainedConfig>;
  change: ConfigChange;
  onClose: () => void;
}

export function ConfigForm({ config, own, explained, change, onClose }: ConfigFormProps) {
  const t = useTranslations('configs');
  const formId = useId();
  const words = useProblemWords();
  const wordsOf = useMeaningWords();
  const [value, setValue] = useState(config.value ?? '');
  const [tried, setTried] = useState(false);
  const { name, sensitive } = config;
  const type = explained.data?.type ?? null;
  const wrong = !sensitive && isWrong(type, value);
  const isSame = !sensitive && value === (config.value ?? '') && config.source === own;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!wrong && !isSame) change.send(value);
  };
  return (
    <>
      <DialogBody>
        <ConfigExplained answer={explained} />
        <form id={formId} onSubmit={submit} noValidate>
          <ValueField
            config={config}
            choices={
              type === 'boolean' ? ['true', 'false'] : type === 'string' ? settingFacts(name).choices : null
            }
            value={value}
            onValue={setValue}
            help={sensitive ? t('sensitiveHelp') : (wordsOf(name, value) ?? undefined)}
            error={tried && wrong ? t('wrong', { kind: t(`types.${type ?? 'unknown'}`) }) : undefined}
          />
        </form>
        {change.error === null ? null : <Notice alert tone="bad" title={words(change.error)} />}
      </DialogBody>
      <DialogFoot>
        {config.source === own ? (
          <Button className="mr-auto max-sm:w-full" busy={change.isPending} onClick={() => change.send(null)}>
            {t('reset')}
          </Button>
        ) : null}
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={change.isPending} disabled={isSame}>
          {t('save')}
        </Button>
      </DialogFoot>
    </>
  );
}

interface ValueFieldProps {
  config: Config;
  /** Null: anything may be typed. */
  choices: readonly string[] | null;
  value: string;
  onValue: (value: string) => void;
  help: string | undefined;
  error: string | undefined;
}

function ValueField({ config, choices, value, onValue, help, error }: ValueFieldProps) {
  const t = useTranslations('configs');
  if (choices !== null && !config.sensitive) {
    const offered = choices.includes(value) ? choices : [value, ...choices];
    return (
      <SelectField
        label={t('newValue')}
        help={help}
        error={error}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      >
        {offered.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </SelectField>
    );
  }
  return (
    <TextField
      label={t('newValue')}
      help={help}
      error={error}
      mono
      type={config.sensitive ? 'password' : 'text'}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
