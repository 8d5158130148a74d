'use client';

/** The channels: where messages go, how the last one went, and a button that sends a real one now. */
import { useState } from 'react';
import { Mail, Plus, Send, Webhook } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Channel } from '../../console/contracts/channels';
import { useProblemWords } from '../data/problem-words';
import { useChannels, useDeleteChannel, useTestChannel } from '../data/use-alerts';
import { useMay } from '../layout/session-context';
import { RowActions } from '../tables/row-actions';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Notice } from '../ui/notice';
import { Skeleton } from '../ui/skeleton';
import { Status } from '../ui/status';
import { Moment } from '../ui/time';
import { toast } from '../ui/toaster';
import { ChannelDialog } from './channel-dialog';

function LastDelivery({ channel }: { channel: Channel }) {
  const t = useTranslations('alerts');
  const last = channel.lastDelivery;
  if (last === null) return <Status tone="idle">{t('neverUsed')}</Status>;
  const sent = last.state === 'sent';
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <Status tone={sent ? 'ok' : 'bad'}>{t(sent ? 'lastSent' : 'lastFailed')}</Status>
      <span className="text-xs text-dim">
        <Moment at={last.at} seconds={false} />
      </span>
      {last.error === null ? null : <span className="text-xs break-words text-bad">{last.error}</span>}
    </span>
  );
}

function TestResult({ test }: { test: ReturnType<typeof useTestChannel> }) {
  const t = useTranslations('alerts');
  const words = useProblemWords();
  if (test.isPending) return <Notice tone="idle" title={t('testing')} />;
  if (test.isError)
    return (
      <Notice alert tone="bad" title={t('testFailed')}>
        {words(test.error)}
      </Notice>
    );
  if (test.data === undefined) return null;
  return (
    <Notice
      alert
      tone={test.data.ok ? 'ok' : 'bad'}
      title={test.data.ok ? t('testSent', { seconds: test.data.seconds.toFixed(1) }) : t('testFailed')}
    >
      {test.data.detail}
    </Notice>
  );
}

interface ChannelRowProps {
  channel: Channel;
  may: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function ChannelRow({ channel, may, onEdit, onRemove }: ChannelRowProps) {
  const t = useTranslations('alerts');
  const kinds = useTranslations('channelForm');
  const test = useTestChannel();
  const Icon = channel.type === 'email' ? Mail : Webhook;
  return (
    <li className="sheet-x border-b border-line py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <Icon aria-hidden className="mt-0.5 size-4 text-dim" />
        <div className="min-w-0 flex-1 basis-56">
          <p className="text-sm font-medium text-ink">
            {channel.name}
            {channel.enabled ? null : <span className="ml-2 font-normal text-dim">{t('off')}</span>}
          </p>
          <p className="text-xs break-words text-dim">
            {channel.type === 'email' ? (
              <>
                {t('mailTo', { to: channel.settings.to.join(', ') })}{' '}
                {channel.settings.url === null ? t('viaDefault') : t('viaOwn')}
              </>
            ) : (
              `${kinds(`types.${channel.type}`)}: ${channel.settings.url}`
            )}
          </p>
          <div className="mt-1 text-sm">
            <LastDelivery channel={channel} />
          </div>
        </div>
        {may ? (
          <div className="flex items-center gap-1">
            <Button size="sm" busy={test.isPending} onClick={() => test.mutate(channel.id)}>
              <Send aria-hidden className="size-3.5" />
              {t('test')}
            </Button>
            <RowActions
              edit={{ label: t('editChannel', { name: channel.name }), run: onEdit }}
              remove={{ label: t('deleteChannel', { name: channel.name }), run: onRemove }}
            />
          </div>
        ) : null}
      </div>
      {test.isIdle ? null : (
        <div className="mt-3 md:ml-8">
          <TestResult test={test} />
        </div>
      )}
    </li>
  );
}

export function ChannelsTab() {
  const t = useTranslations('alerts');
  const may = useMay('admin');
  const channels = useChannels();
  const remove = useDeleteChannel();
  const words = useProblemWords();
  const [editing, setEditing] = useState<Channel | 'new' | null>(null);
  const [removing, setRemoving] = useState<Channel | null>(null);
  if (channels.isError && channels.data === undefined) {
    return <ErrorState title={t('failed')} error={channels.error} onRetry={() => void channels.refetch()} />;
  }
  const add = (
    <Button tone="primary" onClick={() => setEditing('new')}>
      <Plus aria-hidden className="size-4" />
      {t('newChannel')}
    </Button>
  );
  const items = channels.data?.items ?? [];
  return (
    <>
      {channels.isPending ? (
        <div className="sheet-x flex flex-col gap-6 py-5">
          <Skeleton className="w-1/2" />
          <Skeleton className="w-2/3" />
        </div>
      ) : items.length === 0 ? (
        <EmptyState title={t('noChannels')} action={may ? add : undefined}>
          {may ? t('noChannelsMeaning') : t('noChannelsViewer')}
        </EmptyState>
      ) : (
        <>
          {may ? <div className="sheet-x flex justify-end border-b border-line py-2.5">{add}</div> : null}
          <ul aria-label={t('tabs.channels')}>
            {items.map((channel) => (
              <ChannelRow
                key={channel.id}
                channel={channel}
                may={may}
                onEdit={() => setEditing(channel)}
                onRemove={() => setRemoving(channel)}
              />
            ))}
          </ul>
        </>
      )}
      <ChannelDialog
        channel={editing === 'new' ? null : editing}
        open={editing !== null}
        onClose={() => setEditing(null)}
      />
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteChannelTitle', { name: removing?.name ?? '' })}
        description={t('deleteChannelMeaning')}
        action={t('delete')}
        busy={remove.isPending}
        onConfirm={() => {
          if (removing === null) return;
          remove.mutate(removing.id, {
            onSuccess: () => toast(t('channelDeleted', { name: removing.name })),
            onError: (error) => toast(words(error), 'bad'),
            onSettled: () => setRemoving(null),
          });
        }}
      />
    </>
  );
}
