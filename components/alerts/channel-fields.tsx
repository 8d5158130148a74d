'use client';

/** The fields in which mail channels and those with a web address differ. */
import { useTranslations } from 'next-intl';
import type { ChannelTypeName } from '../../console/contracts/channels';
import { SelectField, TextAreaField, TextField } from '../ui/field';
import { addressesOf, errorUnder, signedKinds, type ChannelDraft } from './channel-draft';

const hookUrls: Readonly<Record<ChannelTypeName, string>> = {
  email: '',
  webhook: 'https://hooks.example.org/aquila',
  dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
  wechat: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
  feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
  slack: 'https://hooks.slack.com/services/…',
};

interface FieldsProps {
  draft: ChannelDraft;
  change: (changes: Partial<ChannelDraft>) => void;
  problems: Readonly<Record<string, string>>;
  /** What is missing is said only after it was tried to save. */
  tried: boolean;
}

export function MailFields({ draft, change, problems, tried }: FieldsProps) {
  const t = useTranslations('channelForm');
  const isMissing = tried && addressesOf(draft).length === 0;
  return (
    <>
      <TextAreaField
        label={t('to')}
        help={t('toHelp')}
        error={errorUnder(problems, 'settings.to') ?? (isMissing ? t('toMissing') : undefined)}
        value={draft.to}
        rows={2}
        spellCheck={false}
        onChange={(event) => change({ to: event.target.value })}
      />
      <TextField
        label={t('url')}
        optional={t('optional')}
        help={t('urlHelp')}
        error={errorUnder(problems, 'settings.url')}
        mono
        value={draft.url}
        autoComplete="off"
        spellCheck={false}
        placeholder="smtp://user:password@mail.example.org:587"
        onChange={(event) => change({ url: event.target.value })}
      />
      <SelectField
        label={t('startTls')}
        value={draft.startTls ?? ''}
        onChange={({ target: { value } }) =>
          change({ startTls: value === 'required' || value === 'optional' ? value : null })
        }
      >
        <option value="">{t('startTlsByPassword')}</option>
        <option value="required">{t('startTlsRequired')}</option>
        <option value="optional">{t('startTlsOptional')}</option>
      </SelectField>
      <TextField
        label={t('from')}
        optional={t('optional')}
        help={t('fromHelp')}
        error={errorUnder(problems, 'settings.from')}
        type="email"
        value={draft.from}
        autoComplete="off"
        onChange={(event) => change({ from: event.target.value })}
      />
    </>
  );
}

export function HookFields({ draft, change, problems, tried }: FieldsProps) {
  const t = useTranslations('channelForm');
  const isMissing = tried && draft.hookUrl.trim() === '';
  return (
    <>
      <TextField
        label={t('hookUrl')}
        help={t('hookUrlHelp')}
        error={errorUnder(problems, 'settings.url') ?? (isMissing ? t('hookUrlMissing') : undefined)}
        mono
        value={draft.hookUrl}
        autoComplete="off"
        spellCheck={false}
        placeholder={hookUrls[draft.type]}
        onChange={(event) => change({ hookUrl: event.target.value })}
      />
      {signedKinds.has(draft.type) ? (
        <TextField
          label={t('secret')}
          optional={t('optional')}
          help={t('secretHelp')}
          error={errorUnder(problems, 'settings.secret')}
          type="password"
          value={draft.secret}
          autoComplete="new-password"
          onChange={(event) => change({ secret: event.target.value })}
        />
      ) : null}
    </>
  );
}
