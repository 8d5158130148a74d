'use client';

/**
 * Creating a topic: name, partitions, replication, the two settings everyone asks for; or one like another, with all that was set on
 * it. The effect is said before sending.
 */
import { useId, useState, type FormEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { CreateTopic, Topic } from '../../console/contracts/topics';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useBrokers } from '../data/use-brokers';
import { useCreateTopic, useTopic } from '../data/use-topics';
import { formatDuration } from '../format/duration';
import { useClusterId, usePaths } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { PageLink } from '../ui/page-link';
import { Skeleton } from '../ui/skeleton';
import { toast } from '../ui/toaster';
import { draftLike, emptyDraft, type TopicDraft } from './topic-draft';

const NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const HOUR_MS = 3_600_000;
const retentions = [1, 24, 72, 168, 720] as const;

/** Whether the list has this length of time, or it is not said at all. */
const isOffered = (retention: string): boolean =>
  retention === '' || retention === '-1' || retentions.some((hours) => String(hours * HOUR_MS) === retention);

/** What comes along from the other topic without a field of its own. */
function OtherSettings({ settings }: { settings: Readonly<Record<string, string>> }) {
  const t = useTranslations('createTopic');
  return (
    <div className="flex flex-col gap-1.5">
      <p className="text-sm font-medium text-ink">{t('others')}</p>
      <ul className="flex flex-col gap-0.5 rounded-sm border border-line px-2.5 py-1.5 text-xs">
        {Object.entries(settings).map(([name, value]) => (
          <li key={name} className="break-all">
            <code className="text-soft">
              {name} = <span className="text-ink">{value}</span>
            </code>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface CreateTopicDialogProps {
  onClose: () => void;
  taken: readonly Topic[];
  /** The topic whose shape and settings the form begins with; empty: none. */
  like: string;
}

export function CreateTopicDialog({ onClose, taken, like }: CreateTopicDialogProps) {
  const t = useTranslations('createTopic');
  const form = { taken, onDone: onClose };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={like === '' ? t('title') : t('titleLike', { name: like })}
      description={like === '' ? undefined : t('likeMeaning')}
    >
      {like === '' ? <CreateTopicForm {...form} draft={emptyDraft} /> : <FormLike {...form} name={like} />}
    </Dialog>
  );
}

interface FormProps {
  taken: readonly Topic[];
  onDone: () => void;
}

/** Waits for the settings of the other topic, which take a moment to be asked for. */
function FormLike({ name, ...form }: FormProps & { name: string }) {
  const t = useTranslations('createTopic');
  const other = useTopic(useClusterId(), name);
  if (other.isError) {
    return <ErrorState title={t('likeFailed')} error={other.error} onRetry={() => void other.refetch()} />;
  }
  if (other.data === undefined || other.data.configs === null) {
    return (
      <DialogBody>
        <Skeleton className="w-1/2" />
        <Skeleton className="w-2/3" />
      </DialogBody>
    );
  }
  return <CreateTopicForm {...form} draft={draftLike(other.data, form.taken)} />;
}

function CreateTopicForm({ taken, onDone, draft }: FormProps & { draft: TopicDraft }) {
  const t = useTranslations('createTopic');
  const paths = usePaths();
  const clusterId = useClusterId();
  const formId = useId();
  const brokers = useBrokers(clusterId).data?.items.filter((broker) => broker.online) ?? [];
  const create = useCreateTopic(clusterId);
  const words = useProblemWords();
  const locale = useLocale();
  const [name, setName] = useState(draft.name);
  const [partitions, setPartitions] = useState(draft.partitions);
  const [chosenReplication, setReplication] = useState<string | null>(draft.replication);
  const replication = chosenReplication ?? String(Math.min(3, Math.max(1, brokers.length)));
  const [cleanup, setCleanup] = useState(draft.cleanup);
  const [retention, setRetention] = useState(draft.retention);
  const [tried, setTried] = useState(false);

  const problems = fieldErrors(create.error);
  const exists = taken.some((topic) => topic.name === name);
  const nameError =
    problems['name'] ??
    (exists
      ? t('nameTaken')
      : tried && (!NAME.test(name) || /^\.{1,2}$/.test(name))
        ? t('nameRule')
        : undefined);
  const partitionCount = Number(partitions);
  const partitionsError =
    problems['partitions'] ??
    (Number.isInteger(partitionCount) && partitionCount >= 1 && partitionCount <= 10_000
      ? undefined
      : t('partitionsRule'));
  const factor = Number(replication);
  const replicationError =
    problems['replicationFactor'] ??
    (Number.isInteger(factor) && factor >= 1 && (brokers.length === 0 || factor <= brokers.length)
      ? undefined
      : t('replicationRule', { brokers: brokers.length }));
  const wrong = !NAME.test(name) || exists || partitionsError !== undefined || replicationError !== undefined;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrong) return;
    const configs: CreateTopic['configs'] = { ...draft.others };
    if (cleanup !== '') configs['cleanup.policy'] = cleanup;
    if (retention !== '') configs['retention.ms'] = retention;
    create.mutate(
      { name, partitions: partitionCount, replicationFactor: factor, configs },
      {
        onSuccess: () => {
          onDone();
          toast(
            t.rich('created', {
              name,
              link: (chunks) => (
                <PageLink href={paths.topic(name)} className="link">
                  {chunks}
                </PageLink>
              ),
            }),
          );
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
            help={t('nameHelp')}
            error={nameError}
            value={name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t('partitions')}
              help={t('partitionsHelp')}
              error={partitionsError}
              inputMode="numeric"
              value={partitions}
              onChange={(event) => setPartitions(event.target.value)}
            />
            <TextField
              label={t('replication')}
              help={t('replicationHelp', { brokers: brokers.length })}
              error={replicationError}
              inputMode="numeric"
              value={replication}
              onChange={(event) => setReplication(event.target.value)}
            />
            <SelectField
              label={t('cleanup')}
              value={cleanup}
              help={t(cleanup === 'compact' ? 'cleanupCompact' : 'cleanupDelete')}
              onChange={(event) => setCleanup(event.target.value)}
            >
              <option value="">{t('brokerDefault')}</option>
              <option value="delete">delete</option>
              <option value="compact">compact</option>
              <option value="compact,delete">compact,delete</option>
            </SelectField>
            <SelectField
              label={t('retention')}
              value={retention}
              help={t('retentionHelp')}
              onChange={(event) => setRetention(event.target.value)}
            >
              <option value="">{t('brokerDefault')}</option>
              {retentions.map((hours) => (
                <option key={hours} value={hours * HOUR_MS}>
                  {t('hours', { hours, days: hours / 24 })}
                </option>
              ))}
              <option value="-1">{t('forever')}</option>
              {isOffered(draft.retention) ? null : (
                <option value={draft.retention}>{formatDuration(Number(draft.retention), locale)}</option>
              )}
            </SelectField>
          </div>
          {Object.keys(draft.others).length === 0 ? null : <OtherSettings settings={draft.others} />}
        </form>
        {create.isError && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(create.error)} />
        ) : wrong ? null : (
          <p className="text-sm text-soft">
            {t('effect', {
              name,
              partitions: partitionCount,
              replication: factor,
              brokers: brokers.map((broker) => broker.id).join(', '),
            })}
          </p>
        )}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onDone}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={create.isPending}>
          {t('submit')}
        </Button>
      </DialogFoot>
    </>
  );
}
