'use client';

/** A new API token: name, role, how long. The answer is the only time the token itself is seen. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { CreatedApiToken } from '../../console/contracts/accounts';
import type { Role } from '../../console/contracts/envelope';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useCreateToken, type Whose } from '../data/use-accounts';
import { RANK, useSession } from '../layout/session-context';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';

const roles: readonly Role[] = ['viewer', 'operator', 'admin'];
const lives = [30, 90, 365] as const;

interface CreateTokenDialogProps {
  whose: Whose;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateTokenDialog({ whose, open, onOpenChange }: CreateTokenDialogProps) {
  const t = useTranslations('tokens');
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('createTitle')}
      description={t(whose === 'all' ? 'createMeaning' : 'ownCreateMeaning')}
    >
      <CreateTokenForm whose={whose} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Created({ created, onClose }: { created: CreatedApiToken; onClose: () => void }) {
  const t = useTranslations('tokens');
  return (
    <>
      <DialogBody>
        <Notice tone="ok" title={t('createdTitle')}>
          {t('createdMeaning')}
        </Notice>
        <div className="flex items-center gap-2 rounded-sm border border-line-strong bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 flex-1 break-all text-ink select-all">{created.token}</code>
          <CopyButton text={created.token} />
        </div>
      </DialogBody>
      <DialogFoot>
        <Button tone="primary" onClick={onClose}>
          {t('done')}
        </Button>
      </DialogFoot>
    </>
  );
}

function CreateTokenForm({ whose, onClose }: { whose: Whose; onClose: () => void }) {
  const t = useTranslations('tokens');
  const roleWords = useTranslations('user');
  const formId = useId();
  const create = useCreateToken(whose);
  const { user } = useSession();
  const offered = roles.filter((each) => RANK[each] <= RANK[user.role]);
  const words = useProblemWords();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const [tried, setTried] = useState(false);
  const problems = fieldErrors(create.error);
  if (create.data !== undefined) return <Created created={create.data} onClose={onClose} />;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '') return;
    create.mutate({ name: name.trim(), role, expiresInDays: days === '' ? null : Number(days) });
  };
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <TextField
            label={t('name')}
            help={t('nameHelp')}
            error={problems['name'] ?? (tried && name.trim() === '' ? t('nameMissing') : undefined)}
            value={name}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
          <SelectField
            label={t('role')}
            help={t(`roleHelp.${role}`)}
            value={role}
            onChange={(event) => setRole(roles.find((each) => each === event.target.value) ?? 'viewer')}
          >
            {offered.map((each) => (
              <option key={each} value={each}>
                {roleWords(`role.${each}`)}
              </option>
            ))}
          </SelectField>
          <SelectField label={t('expires')} value={days} onChange={(event) => setDays(event.target.value)}>
            {lives.map((each) => (
              <option key={each} value={each}>
                {t('days', { days: each })}
              </option>
            ))}
            {whose === 'all' ? <option value="">{t('noExpiry')}</option> : null}
          </SelectField>
        </form>
        {create.isError && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(create.error)} />
        ) : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={create.isPending}>
          {t('submit')}
        </Button>
      </DialogFoot>
    </>
  );
}
