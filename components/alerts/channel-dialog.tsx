'use client';

/** An e-mail channel: to whom, and over which server when it is not the console's own. A stored password reads back as stars. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { Channel, ChannelInput } from '../../console/contracts/channels';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useSaveChannel } from '../data/use-alerts';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, TextAreaField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

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

const emptyAsNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** The first error of a field or of anything inside it: `settings.to.1` belongs to `settings.to`. */
function errorUnder(problems: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.entries(problems).find(([name]) => name === path || name.startsWith(`${path}.`))?.[1];
}

function ChannelForm({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const t = useTranslations('channelForm');
  const formId = useId();
  const save = useSaveChannel();
  const words = useProblemWords();
  const [name, setName] = useState(channel?.name ?? '');
  const mail = channel?.type === 'email' ? channel.settings : null;
  const [to, setTo] = useState(mail?.to.join('\n') ?? '');
  const [url, setUrl] = useState(mail?.url ?? '');
  const [from, setFrom] = useState(mail?.from ?? '');
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [tried, setTried] = useState(false);
  const problems = fieldErrors(save.error);
  const addresses = to.split(/[\s,;]+/).filter((address) => address !== '');

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '' || addresses.length === 0) return;
    const input: ChannelInput = {
      name: name.trim(),
      type: 'email',
      settings: {
        url: emptyAsNull(url),
        from: emptyAsNull(from),
        to: addresses,
        startTls: mail?.startTls ?? null,
      },
      enabled,
    };
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

  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <TextField
            label={t('name')}
            error={
              errorUnder(problems, 'name') ?? (tried && name.trim() === '' ? t('nameMissing') : undefined)
            }
            value={name}
            autoFocus
            placeholder={t('namePlaceholder')}
            onChange={(event) => setName(event.target.value)}
          />
          <TextAreaField
            label={t('to')}
            help={t('toHelp')}
            error={
              errorUnder(problems, 'settings.to') ??
              (tried && addresses.length === 0 ? t('toMissing') : undefined)
            }
            value={to}
            rows={2}
            spellCheck={false}
            onChange={(event) => setTo(event.target.value)}
          />
          <TextField
            label={t('url')}
            optional={t('optional')}
            help={t('urlHelp')}
            error={errorUnder(problems, 'settings.url')}
            mono
            value={url}
            autoComplete="off"
            spellCheck={false}
            placeholder="smtp://user:password@mail.example.org:587"
            onChange={(event) => setUrl(event.target.value)}
          />
          <TextField
            label={t('from')}
            optional={t('optional')}
            help={t('fromHelp')}
            error={errorUnder(problems, 'settings.from')}
            type="email"
            value={from}
            autoComplete="off"
            onChange={(event) => setFrom(event.target.value)}
          />
          <CheckField
            label={t('enabled')}
            checked={enabled}
            onChange={(event) => setEnabled(event.target.checked)}
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
