'use client';

/** Making an account, or changing one: name, role, where it holds, password, whether it may sign in. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { User } from '../../console/contracts/accounts';
import { passwordLengthMin } from '../../console/contracts/limits';
import type { Role } from '../../console/contracts/envelope';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useSaveUser } from '../data/use-accounts';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { CheckField, SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { ClusterParts } from './cluster-parts';
import { changeOf, draftOf, emptyDraft, newUserOf, type UserDraft } from './user-draft';

export const NEW_USER = 'new';
const roles: readonly Role[] = ['viewer', 'operator', 'admin'];

interface UserDialogProps {
  /** `new`, the one to change, or null: closed. */
  editing: User | typeof NEW_USER | null;
  onClose: () => void;
}

export function UserDialog({ editing, onClose }: UserDialogProps) {
  const t = useTranslations('users');
  const user = editing === NEW_USER ? null : editing;
  return (
    <Dialog
      open={editing !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={user === null ? t('newTitle') : t('editTitle', { name: user.name })}
      description={user === null ? undefined : t('editMeaning')}
    >
      {editing === null ? null : <UserForm user={user} onClose={onClose} />}
    </Dialog>
  );
}

interface FormPartProps {
  user: User | null;
  draft: UserDraft;
  change: (change: Partial<UserDraft>) => void;
  problems: Readonly<Record<string, string>>;
  tried: boolean;
}

function PasswordPart({ user, draft, change, problems, tried }: FormPartProps) {
  const t = useTranslations('users');
  if (user?.source === 'oidc') return <p className="text-sm text-dim">{t('noPasswordHere')}</p>;
  const wanted = user === null || draft.password !== '';
  const short = tried && wanted && draft.password.length < passwordLengthMin;
  return (
    <TextField
      label={t(user === null ? 'password' : 'newPassword')}
      help={t(user === null ? 'passwordHelp' : 'newPasswordHelp', { min: passwordLengthMin })}
      error={problems['password'] ?? (short ? t('passwordShort', { min: passwordLengthMin }) : undefined)}
      type="password"
      autoComplete="new-password"
      value={draft.password}
      onChange={(event) => change({ password: event.target.value })}
    />
  );
}

function Fields(props: FormPartProps) {
  const { user, draft, change, problems, tried } = props;
  const t = useTranslations('users');
  const words = useTranslations('user');
  const help = useTranslations('tokens');
  return (
    <>
      {user === null ? (
        <TextField
          label={t('name')}
          help={t('nameHelp')}
          error={problems['name'] ?? (tried && draft.name === '' ? t('nameMissing') : undefined)}
          value={draft.name}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ name: event.target.value.trim() })}
        />
      ) : null}
      <SelectField
        label={t('role')}
        help={user?.source === 'oidc' ? t('roleElsewhere') : help(`roleHelp.${draft.role}`)}
        error={problems['role']}
        value={draft.role}
        onChange={(event) => change({ role: roles.find((each) => each === event.target.value) ?? 'viewer' })}
      >
        {roles.map((each) => (
          <option key={each} value={each}>
            {words(`role.${each}`)}
          </option>
        ))}
      </SelectField>
      {draft.role === 'admin' ? null : (
        <ClusterParts draft={draft} error={problems['clusters']} onChange={change} />
      )}
      <PasswordPart {...props} />
      {user === null ? null : (
        <CheckField
          label={t('disabled')}
          help={t('disabledHelp')}
          checked={draft.disabled}
          onChange={(event) => change({ disabled: event.target.checked })}
        />
      )}
    </>
  );
}

function UserForm({ user, onClose }: { user: User | null; onClose: () => void }) {
  const t = useTranslations('users');
  const words = useProblemWords();
  const formId = useId();
  const save = useSaveUser();
  const [draft, setDraft] = useState<UserDraft>(user === null ? emptyDraft : draftOf(user));
  const [tried, setTried] = useState(false);
  const problems = fieldErrors(save.error);
  const known = ['name', 'role', 'password', 'clusters'].some((field) => problems[field] !== undefined);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const tooShort = draft.password.length < passwordLengthMin;
    if (user === null ? draft.name === '' || tooShort : draft.password !== '' && tooShort) return;
    const toSave = user === null ? newUserOf(draft) : changeOf(user, draft);
    if (toSave === null) return onClose();
    save.mutate(
      { id: user?.id ?? null, user: toSave },
      {
        onSuccess: ({ name }) => {
          toast(user === null ? t('made', { name }) : t('changed', { name }));
          onClose();
        },
      },
    );
  };
  const change = (part: Partial<UserDraft>): void => setDraft((before) => ({ ...before, ...part }));
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <Fields user={user} draft={draft} change={change} problems={problems} tried={tried} />
        </form>
        {save.isError && !known ? <Notice alert tone="bad" title={words(save.error)} /> : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={save.isPending}>
          {t(user === null ? 'create' : 'save')}
        </Button>
      </DialogFoot>
    </>
  );
}
