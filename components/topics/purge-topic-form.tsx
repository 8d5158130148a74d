'use client';

/**
 * Taking records out of a topic: up to where, a table of what would go, the name typed once more, and only then the red button. A
 * change of the question takes the table away. What was done is shown where it is not all that was asked for.
 */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { PurgedPartition, PurgeTarget, PurgeTopicInput } from '../../console/contracts/topic-purge';
import type { TopicDetail } from '../../console/contracts/topics';
import { isProblem } from '../data/api-client';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { usePurgeTopic } from '../data/use-topics';
import { formatCount } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import { needsValue, targetValue } from '../offsets/target-value';
import { TargetValueField } from '../offsets/target-value-field';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { PurgedPartitions } from './purged-partitions';

const targets: readonly PurgeTarget[] = ['end', 'offset', 'timestamp'];

const recordsOf = (partitions: readonly PurgedPartition[]): number =>
  partitions.reduce((sum, { records }) => sum + (records ?? 0), 0);

function usePurgeForm(topic: TopicDetail, onClose: () => void) {
  const t = useTranslations('purgeTopic');
  const clusterId = useClusterId();
  const preview = usePurgeTopic(clusterId, topic.name);
  const purge = usePurgeTopic(clusterId, topic.name);
  const [to, setTo] = useState<PurgeTarget>('end');
  const [text, setText] = useState('');
  const [partition, setPartition] = useState('');
  const [confirm, setConfirm] = useState('');
  const [tried, setTried] = useState(false);
  const value = targetValue(to, text);
  const ask: PurgeTopicInput = {
    to,
    ...(value === undefined || value === null ? {} : { value }),
    ...(partition === '' ? {} : { partitions: [Number(partition)] }),
  };
  const change = (set: () => void): void => {
    set();
    setConfirm('');
    preview.reset();
    purge.reset();
  };
  const look = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (value !== null) preview.mutate({ ...ask, dryRun: true });
  };
  const run = (): void =>
    purge.mutate(
      { ...ask, dryRun: false, confirm },
      {
        onSuccess: ({ partitions }) => {
          if (partitions.some(({ error }) => error !== null)) return;
          onClose();
          toast(t('purged', { name: topic.name, records: recordsOf(partitions) }));
        },
      },
    );
  return {
    ...{ preview, purge, to, setTo, text, setText, partition, setPartition, confirm, setConfirm },
    ...{ tried, value, change, look, run },
  };
}

function Question({ topic, form }: { topic: TopicDetail; form: ReturnType<typeof usePurgeForm> }) {
  const t = useTranslations('purgeTopic');
  const { to, text, partition, value, tried, change } = form;
  const problems = fieldErrors(form.purge.error ?? form.preview.error);
  return (
    <>
      <SelectField
        label={t('to')}
        help={t(`help.${to}`)}
        error={problems['to']}
        value={to}
        onChange={(event) =>
          change(() => {
            form.setTo(targets.find((each) => each === event.target.value) ?? 'end');
            form.setText('');
          })
        }
      >
        {targets.map((each) => (
          <option key={each} value={each}>
            {t(`targets.${each}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('partition')}
        error={problems['partitions']}
        value={partition}
        onChange={(event) => change(() => form.setPartition(event.target.value))}
      >
        <option value="">{t('allPartitions')}</option>
        {topic.partitions.map((each) => (
          <option key={each.partition} value={each.partition}>
            {each.partition}
          </option>
        ))}
      </SelectField>
      {needsValue(to) ? (
        <TargetValueField
          to={to}
          text={text}
          onText={(next) => change(() => form.setText(next))}
          wrong={tried && value === null}
          error={problems['value']}
        />
      ) : null}
    </>
  );
}

export function PurgeTopicForm({ topic, onClose }: { topic: TopicDetail; onClose: () => void }) {
  const t = useTranslations('purgeTopic');
  const formId = useId();
  const words = useProblemWords();
  const form = usePurgeForm(topic, onClose);
  const { preview, purge, confirm } = form;
  const told = purge.data ?? preview.data;
  const failure = purge.error ?? preview.error;
  const records = preview.data === undefined ? 0 : recordsOf(preview.data.partitions);
  const isDone = purge.data !== undefined;
  const isTold =
    failure !== null && !isProblem(failure, 'confirm') && Object.keys(fieldErrors(failure)).length === 0;
  return (
    <>
      <DialogBody>
        <form
          id={formId}
          onSubmit={form.look}
          noValidate
          className="grid items-start gap-4 sm:grid-cols-2"
          hidden={isDone}
        >
          <Question topic={topic} form={form} />
        </form>
        {isDone ? <Notice alert tone="warn" title={t('partly')} /> : null}
        {told === undefined ? null : <PurgedPartitions partitions={told.partitions} done={isDone} />}
        {preview.data !== undefined && !isDone && records > 0 ? (
          <TextField
            label={t('confirm', { name: topic.name })}
            help={t('confirmHelp', { records: formatCount(records) })}
            error={isProblem(purge.error, 'confirm') ? words(purge.error) : undefined}
            value={confirm}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => form.setConfirm(event.target.value)}
          />
        ) : null}
        {isTold ? <Notice alert tone="bad" title={words(failure)} /> : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t(isDone ? 'close' : 'cancel')}</Button>
        {isDone ? null : preview.data === undefined ? (
          <Button tone="primary" type="submit" form={formId} busy={preview.isPending}>
            {t('preview')}
          </Button>
        ) : (
          <Button
            tone="danger"
            busy={purge.isPending}
            disabled={records === 0 || confirm !== topic.name}
            onClick={form.run}
          >
            {records === 0 ? t('nothing') : t('submit', { records })}
          </Button>
        )}
      </DialogFoot>
    </>
  );
}
