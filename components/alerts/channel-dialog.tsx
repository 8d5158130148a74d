'use client';

/** A channel of any kind: its address, and what of it is secret. What is stored reads back as stars, and sending those keeps it. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { Channel, ChannelTypeName } from '../../console/contracts/channels';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useSaveChannel } from '../data/use-alerts';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { channelInputOf, draftOf, errorUnder, type ChannelDraft } from './channel-draft';
import { HookFields, MailFields } from './channel-fields';

const kinds: readonly ChannelTypeName[] = ['email', 'webhook', 'dingtalk', 'wechat', 'feishu', 'slack'];

interface ChannelDialogProps {
  channel: Channel | null;
  open: boolean;
  onClose: () => void;
}

export function ChannelDialog({ channel, open, onClose }: ChannelDialogProps) {
  const t = useTranslations('channelForm');
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={channel === null ? t('newTitle') : t('editTitle', { name: channel.name })}
    >
      <ChannelForm key={channel?.id ?? 'new'} channel={channel} onClose={onClose} />
    </Dialog>
  );
}

function ChannelForm({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const t = useTranslations('channelForm');
  const formId = useId();
  const save = useSaveChannel();
  const words = useProblemWords();
  const [draft, setDraft] = useState(() => draftOf(channel));
  const [tried, setTried] = useState(false);
  const problems = fieldErrors(save.error);
  const change = (changes: Partial<ChannelDraft>): void => setDraft((before) => ({ ...before, ...changes }));
  const { name, type, enabled } = draft;
  const isNameMissing = tried && name.trim() === '';

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const input = channelInputOf(draft);
    if (input === null) return;
    save.mutate(
      { id: channel?.id ?? null, channel: input },
      {
        onSuccess: (saved) => {
          onClose();
          toast(t('saved', { name: saved.name }));
        },
      },
    );
  };

  const Fields = type === 'email' ? MailFields : HookFields;
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <TextField
            label={t('name')}
            error={errorUnder(problems, 'name') ?? (isNameMissing ? t('nameMissing') : undefined)}
            value={name}
            placeholder={t('namePlaceholder')}
            onChange={(event) => change({ name: event.target.value })}
          />
          {channel === null ? (
            <SelectField
              label={t('type')}
              value={type}
              onChange={(event) =>
                change({ type: kinds.find((each) => each === event.target.value) ?? 'email' })
              }
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`types.${kind}`)}
                </option>
              ))}
            </SelectField>
          ) : null}
          <Fields draft={draft} change={change} problems={problems} tried={tried} />
          <CheckField
            label={t('enabled')}
            checked={enabled}
            onChange={(event) => change({ enabled: event.target.checked })}
          />
        </form>
        {save.isError && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(save.error)} />
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
