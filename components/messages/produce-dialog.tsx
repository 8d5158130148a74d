'use client';

/** Appending one message: key, value, headers, and where to. Where it went is told, with a way to look at it. */
import { useId, useState, type FormEvent } from 'react';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ApiProblem } from '../data/api-client';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useProduceMessage } from '../data/use-messages';
import { formatCount } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import { replaceSearch } from '../tables/url-state';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, SelectField, TextAreaField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { placeText } from './message-search';
import {
  newMessage,
  producedBy,
  produceProblem,
  type Encoding,
  type HeaderDraft,
  type ProduceDraft,
} from './produce-draft';
import { PlaceFields } from './produce-place-fields';

const HEADERS_MAX = 100;

interface ProduceDialogProps {
  topic: string;
  partitions: number | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ProduceDialog({ topic, partitions, open, onOpenChange }: ProduceDialogProps) {
  const t = useTranslations('produce');
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { topic })}
      description={t('description')}
    >
      <ProduceForm topic={topic} partitions={partitions} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

interface PartFieldsProps {
  draft: ProduceDraft;
  set: (change: Partial<ProduceDraft>) => void;
  errors: Readonly<Record<string, string>>;
}

function EncodingField({ label, value, onChoose }: EncodingFieldProps) {
  const t = useTranslations('produce');
  return (
    <SelectField
      label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value === 'base64' ? 'base64' : 'text')}
    >
      <option value="text">{t('encodings.text')}</option>
      <option value="base64">{t('encodings.base64')}</option>
    </SelectField>
  );
}

interface EncodingFieldProps {
  label: string;
  value: Encoding;
  onChoose: (encoding: Encoding) => void;
}

function KeyFields({ draft, set, errors }: PartFieldsProps) {
  const t = useTranslations('produce');
  return (
    <div className="flex flex-col gap-2">
      <div className="grid items-start gap-x-4 gap-y-2 sm:grid-cols-[minmax(0,1fr)_9rem]">
        <TextField
          mono
          label={t('key')}
          help={t(draft.hasKey ? (draft.key === '' ? 'emptyKey' : 'keyHelp') : 'noKeyHelp')}
          error={errors['key']}
          autoComplete="off"
          spellCheck={false}
          value={draft.key}
          onChange={(event) => set({ key: event.target.value, hasKey: true })}
        />
        <EncodingField
          label={t('keyEncoding')}
          value={draft.keyEncoding}
          onChoose={(keyEncoding) => set({ keyEncoding })}
        />
      </div>
      <CheckField
        label={t('noKey')}
        checked={!draft.hasKey}
        onChange={(event) => set({ hasKey: !event.target.checked })}
      />
    </div>
  );
}

function ValueFields({ draft, set, errors }: PartFieldsProps) {
  const t = useTranslations('produce');
  return (
    <div className="flex flex-col gap-2">
      <div className="grid items-start gap-x-4 gap-y-2 sm:grid-cols-[minmax(0,1fr)_9rem]">
        <TextAreaField
          mono
          rows={6}
          label={t('value')}
          help={t(draft.hasValue ? (draft.value === '' ? 'emptyValue' : 'valueHelp') : 'noValueHelp')}
          error={errors['value']}
          spellCheck={false}
          value={draft.value}
          onChange={(event) => set({ value: event.target.value, hasValue: true })}
        />
        <EncodingField
          label={t('valueEncoding')}
          value={draft.valueEncoding}
          onChoose={(valueEncoding) => set({ valueEncoding })}
        />
      </div>
      <CheckField
        label={t('noValue')}
        checked={!draft.hasValue}
        onChange={(event) => set({ hasValue: !event.target.checked })}
      />
    </div>
  );
}

function HeaderFields({
  headers,
  onChange,
}: {
  headers: readonly HeaderDraft[];
  onChange: (headers: readonly HeaderDraft[]) => void;
}) {
  const t = useTranslations('produce');
  const change = (id: number, part: Partial<HeaderDraft>): void =>
    onChange(headers.map((header) => (header.id === id ? { ...header, ...part } : header)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium text-ink">{t('headers')}</legend>
      {headers.map((header, index) => (
        <div key={header.id} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-end gap-2">
          <TextField
            mono
            label={t('headerName', { number: index + 1 })}
            maxLength={1_000}
            autoComplete="off"
            spellCheck={false}
            value={header.name}
            onChange={(event) => change(header.id, { name: event.target.value })}
          />
          <TextField
            mono
            label={t('headerValue', { number: index + 1 })}
            autoComplete="off"
            spellCheck={false}
            value={header.value}
            onChange={(event) => change(header.id, { value: event.target.value })}
          />
          <Button
            tone="ghost"
            size="icon"
            aria-label={t('removeHeader', { number: index + 1 })}
            onClick={() => onChange(headers.filter(({ id }) => id !== header.id))}
          >
            <X aria-hidden className="size-4" />
          </Button>
        </div>
      ))}
      <div>
        <Button
          size="sm"
          disabled={headers.length >= HEADERS_MAX}
          onClick={() => onChange([...headers, { id: (headers.at(-1)?.id ?? 0) + 1, name: '', value: '' }])}
        >
          <Plus aria-hidden className="size-3.5" />
          {t('addHeader')}
        </Button>
      </div>
    </fieldset>
  );
}

/** A refusal in the reader's words, and what the API says besides. */
function Failure({ error }: { error: Error }) {
  const words = useProblemWords()(error);
  const detail = error instanceof ApiProblem ? error.problem.detail : '';
  return (
    <Notice alert tone="bad" title={words}>
      {detail === '' || words.includes(detail) ? undefined : detail}
    </Notice>
  );
}

function ProduceForm({
  topic,
  partitions,
  onDone,
}: Omit<ProduceDialogProps, 'open' | 'onOpenChange'> & { onDone: () => void }) {
  const t = useTranslations('produce');
  const formId = useId();
  const produce = useProduceMessage(useClusterId(), topic);
  const [draft, setDraft] = useState(newMessage);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<ProduceDraft>): void => {
    setDraft((before) => ({ ...before, ...change }));
    produce.reset();
  };
  const problem = tried ? produceProblem(draft, partitions) : null;
  const errors = fieldErrors(produce.error);
  const inFields = ['key', 'value', 'partition', 'timestamp'].some((field) => field in errors);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (produce.isPending || produceProblem(draft, partitions) !== null) return;
    produce.mutate(producedBy(draft), {
      onSuccess: (message) => {
        onDone();
        toast(
          t.rich('done', {
            partition: message.partition,
            offset: formatCount(message.offset),
            link: (chunks) => (
              <button
                type="button"
                className="link"
                onClick={() => replaceSearch({ at: placeText(message) })}
              >
                {chunks}
              </button>
            ),
          }),
        );
      },
    });
  };

  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-5">
          <KeyFields draft={draft} set={set} errors={errors} />
          <ValueFields draft={draft} set={set} errors={errors} />
          <HeaderFields headers={draft.headers} onChange={(headers) => set({ headers })} />
          <PlaceFields draft={draft} set={set} errors={errors} problem={problem} partitions={partitions} />
        </form>
        {problem === 'header' ? <Notice alert tone="bad" title={t('headerRule')} /> : null}
        {produce.error === null || inFields ? null : <Failure error={produce.error} />}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onDone}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={produce.isPending}>
          {t('submit')}
        </Button>
      </DialogFoot>
    </>
  );
}
