'use client';

/** More partitions for a topic. Keys go elsewhere afterwards, which is said before. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { TopicDetail } from '../../console/contracts/topics';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useChangeTopic } from '../data/use-topics';
import { formatCount } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

const MOST = 10_000;

export function AddPartitionsForm({ topic, onClose }: { topic: TopicDetail; onClose: () => void }) {
  const t = useTranslations('addPartitions');
  const formId = useId();
  const words = useProblemWords();
  const change = useChangeTopic(useClusterId(), topic.name);
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const now = topic.partitionCount;
  const count = Number(text);
  const isRight = Number.isInteger(count) && count > now && count <= MOST;
  const problems = fieldErrors(change.error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isRight) return;
    change.mutate(
      { partitions: count },
      {
        onSuccess: () => {
          onClose();
          toast(t('added', { name: topic.name, count }));
        },
      },
    );
  };
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} noValidate>
          <TextField
            label={t('count')}
            help={t('countHelp', { now })}
            error={
              problems['partitions'] ??
              (tried && !isRight ? t('countRule', { least: formatCount(now + 1) }) : undefined)
            }
            inputMode="numeric"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
        {change.isError && problems['partitions'] === undefined ? (
          <Notice alert tone="bad" title={words(change.error)} />
        ) : isRight ? (
          <p className="text-sm text-soft">{t('effect', { added: count - now, now, count })}</p>
        ) : null}
        <Notice tone="warn" title={t('keys')}>
          {t('keysMeaning')}
        </Notice>
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={change.isPending}>
          {t('submit')}
        </Button>
      </DialogFoot>
    </>
  );
}
