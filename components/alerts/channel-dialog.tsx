'use client';

/** A channel of any kind: its address, and what of it is secret. What is stored reads back as stars, and sending those keeps it. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { Channel, ChannelInput, ChannelTypeName } from '../../console/contracts/channels';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useSaveChannel } from '../data/use-alerts';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, SelectField, TextAreaField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

const kinds: readonly ChannelTypeName[] = ['email', 'webhook', 'dingtalk', 'wechat', 'feishu', 'slack'];
const signed: ReadonlySet<ChannelTypeName> = new Set<ChannelTypeName>(['webhook', 'dingtalk', 'feishu']);
const hookUrls: Readonly<Record<ChannelTypeName, string>> = {
  email: '',
  webhook: 'https://hooks.example.org/aquila',
  dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
  wechat: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
  feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
  slack: 'https://hooks.slack.com/services/…',
};

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
  const hook = channel === null || channel.type === 'email' ? null : channel.settings;
  const [type, setType] = useState<ChannelTypeName>(channel?.type ?? 'email');
  const [hookUrl, setHookUrl] = useState(hook?.url ?? '');
  const [secret, setSecret] = useState(hook?.secret ?? '');
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
    if (name.trim() === '' || (type === 'email' ? addresses.length === 0 : hookUrl.trim() === '')) return;
    const common = { name: name.trim(), enabled };
    const input: ChannelInput =
      type === 'email'
        ? {
            ...common,
            type,
            settings: {
              url: emptyAsNull(url),
              from: emptyAsNull(from),
              to: addresses,
              startTls: mail?.startTls ?? null,
            },
          }
        : {
            ...common,
            type,
            settings: { url: hookUrl.trim(), secret: signed.has(type) ? emptyAsNull(secret) : null },
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
          {channel === null ? (
            <SelectField
              label={t('type')}
              value={type}
              onChange={(event) => setType(kinds.find((each) => each === event.target.value) ?? 'email')}
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`types.${kind}`)}
                </option>
              ))}
            </SelectField>
          ) : null}
          {type === 'email' ? (
            <>
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
            </>
          ) : (
            <>
              <TextField
                label={t('hookUrl')}
                help={t('hookUrlHelp')}
                error={
                  errorUnder(problems, 'settings.url') ??
                  (tried && hookUrl.trim() === '' ? t('hookUrlMissing') : undefined)
                }
                mono
                value={hookUrl}
                autoComplete="off"
                spellCheck={false}
                placeholder={hookUrls[type]}
                onChange={(event) => setHookUrl(event.target.value)}
              />
              {signed.has(type) ? (
                <TextField
                  label={t('secret')}
                  optional={t('optional')}
                  help={t('secretHelp')}
                  error={errorUnder(problems, 'settings.secret')}
                  type="password"
                  value={secret}
                  autoComplete="new-password"
                  onChange={(event) => setSecret(event.target.value)}
                />
              ) : null}
            </>
          )}
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
