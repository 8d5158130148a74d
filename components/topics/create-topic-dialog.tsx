'use client';

/** Creating a topic: name, partitions, replication, the two settings everyone asks for; the effect is said before sending. */
import { useId, useState, type FormEvent } from 'react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { CreateTopic, Topic } from '../../console/contracts/topics';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useBrokers } from '../data/use-brokers';
import { useCreateTopic } from '../data/use-topics';
import { useClusterId, usePaths } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

const NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const HOUR_MS = 3_600_000;
const retentions = [1, 24, 72, 168, 720] as const;

interface CreateTopicDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  taken: readonly Topic[];
}

export function CreateTopicDialog({ open, onOpenChange, taken }: CreateTopicDialogProps) {
  const t = useTranslations('createTopic');
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('title')}>
      <CreateTopicForm taken={taken} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateTopicForm({ taken, onDone }: { taken: readonly Topic[]; onDone: () => void }) {
  const t = useTranslations('createTopic');
  const paths = usePaths();
  const clusterId = useClusterId();
  const formId = useId();
  const brokers = useBrokers(clusterId).data?.items.filter((broker) => broker.online) ?? [];
  const create = useCreateTopic(clusterId);
  const words = useProblemWords();
  const [name, setName] = useState('');
  const [partitions, setPartitions] = useState('6');
  const [chosenReplication, setReplication] = useState<string | null>(null);
  const replication = chosenReplication ?? String(Math.min(3, Math.max(1, brokers.length)));
  const [cleanup, setCleanup] = useState('');
  const [retention, setRetention] = useState('');
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
    const configs: CreateTopic['configs'] = {};
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
                <Link href={paths.topic(name)} className="link">
                  {chunks}
                </Link>
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
            autoFocus
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
            </SelectField>
          </div>
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
