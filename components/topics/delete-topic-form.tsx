'use client';

/**
 * Deleting a topic: what stands in its way if anything does, what will be lost in numbers, the name typed once more, the topic token,
 * the red button last. The token is never kept: it leaves the field with every refusal and with the dialog.
 */
import { useState } from 'react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import type { TopicDetail } from '../../console/contracts/topics';
import { isProblem } from '../data/api-client';
import { useProblemWords } from '../data/problem-words';
import { useDeleteTopic } from '../data/use-topics';
import { formatCount, quantityText } from '../format/quantity';
import { useClusterId, usePaths } from '../layout/session-context';
import { TextField } from '../ui/field';
import { toast } from '../ui/toaster';
import { TypedNameForm } from '../ui/typed-name-form';
import { ObstacleNotice, useDeletionObstacle } from './deletion-obstacle';

function Losses({ topic }: { topic: TopicDetail }) {
  const t = useTranslations('deleteTopic');
  const locale = useLocale();
  const readers = topic.groups.filter((group) => (group.members ?? 0) > 0);
  const rows: [string, string][] = [
    [t('records'), topic.records === null ? t('unknown') : formatCount(topic.records)],
    [t('size'), topic.sizeBytes === null ? t('unknown') : quantityText('bytes', topic.sizeBytes, locale)],
    [t('partitions'), formatCount(topic.partitionCount)],
    [t('readers'), readers.length === 0 ? t('nobody') : readers.map((group) => group.id).join(', ')],
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 rounded-sm border border-bad-line bg-bad-wash px-3.5 py-3 text-sm">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-soft">{label}</dt>
          <dd className="min-w-0 font-medium break-words text-ink tnum">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function DeleteTopicForm({ topic, onClose }: { topic: TopicDetail; onClose: () => void }) {
  const t = useTranslations('deleteTopic');
  const router = useRouter();
  const paths = usePaths();
  const words = useProblemWords();
  const obstacle = useDeletionObstacle();
  const remove = useDeleteTopic(useClusterId(), topic.name);
  const [token, setToken] = useState('');

  const submit = (confirm: string): void =>
    remove.mutate(
      { confirm, token },
      {
        onSuccess: () => {
          toast(t('deleted', { name: topic.name }));
          router.push(paths.topics);
        },
        onError: () => setToken(''),
      },
    );

  const tokenError = isProblem(remove.error, 'wrong-topic-token') ? words(remove.error) : undefined;
  const nameError = isProblem(remove.error, 'confirm') ? words(remove.error) : undefined;
  const isOther = remove.isError && tokenError === undefined && nameError === undefined;
  return (
    <TypedNameForm
      name={topic.name}
      words={{ confirm: t('confirm', { name: topic.name }), cancel: t('cancel'), submit: t('submit') }}
      losses={
        <>
          <ObstacleNotice obstacle={obstacle} />
          <Losses topic={topic} />
        </>
      }
      isReady={obstacle === null && token !== ''}
      isBusy={remove.isPending}
      nameError={nameError}
      failure={isOther ? words(remove.error) : undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t('token')}
        help={t('tokenHelp')}
        error={tokenError}
        type="password"
        autoComplete="off"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
    </TypedNameForm>
  );
}
