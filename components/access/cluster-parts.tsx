'use client';

/** All clusters, or only some with a role in each. A part can never be more than the role of the account. */
import { useId } from 'react';
import { useTranslations } from 'next-intl';
import type { ClusterRole } from '../../console/contracts/accounts';
import { useClusters } from '../data/use-clusters';
import type { UserDraft } from './user-draft';

type Part = ClusterRole['role'] | 'none';

interface ClusterPartsProps {
  draft: UserDraft;
  error: string | undefined;
  onChange: (change: Pick<UserDraft, 'limited' | 'parts'>) => void;
}

function withPart(parts: UserDraft['parts'], cluster: string, part: Part): UserDraft['parts'] {
  const { [cluster]: _, ...others } = parts;
  return part === 'none' ? others : { ...others, [cluster]: part };
}

const radioRow = 'flex cursor-pointer items-center gap-2 text-sm text-ink';
const radio = 'size-4';

function Part({ name, draft, onChange }: { name: string } & Pick<ClusterPartsProps, 'draft' | 'onChange'>) {
  const t = useTranslations('users');
  const roles = useTranslations('user');
  const part = draft.parts[name] ?? 'none';
  const choose = (next: string): void => {
    const chosen: Part = next === 'operator' || next === 'viewer' ? next : 'none';
    onChange({ limited: true, parts: withPart(draft.parts, name, chosen) });
  };
  return (
    <select
      aria-label={t('partIn', { cluster: name })}
      value={part === 'operator' && draft.role === 'viewer' ? 'viewer' : part}
      onChange={(event) => choose(event.target.value)}
      className="h-7 rounded-sm border border-line-strong bg-control px-1.5 text-xs text-ink"
    >
      <option value="none">{t('noPart')}</option>
      <option value="viewer">{roles('role.viewer')}</option>
      {draft.role === 'viewer' ? null : <option value="operator">{roles('role.operator')}</option>}
    </select>
  );
}

export function ClusterParts({ draft, error, onChange }: ClusterPartsProps) {
  const t = useTranslations('users');
  const group = useId();
  const known = useClusters().data?.items ?? [];
  // A part in a cluster that is not watched at this moment is shown, so that saving does not silently drop it.
  const ids = new Map(known.map(({ id, name }) => [id, name]));
  for (const id of Object.keys(draft.parts)) if (!ids.has(id)) ids.set(id, id);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium text-ink">{t('clusters')}</legend>
      <label className={radioRow}>
        <input
          type="radio"
          name={group}
          className={radio}
          checked={!draft.limited}
          onChange={() => onChange({ limited: false, parts: draft.parts })}
        />
        {t('allClusters')}
      </label>
      <label className={radioRow}>
        <input
          type="radio"
          name={group}
          className={radio}
          checked={draft.limited}
          onChange={() => onChange({ limited: true, parts: draft.parts })}
        />
        {t('someClusters')}
      </label>
      {draft.limited ? (
        <ul className="ml-6 flex flex-col rounded-sm border border-line">
          {[...ids].map(([id, name]) => (
            <li
              key={id}
              className="flex items-center justify-between gap-3 border-b border-line px-2.5 py-1.5 last:border-b-0"
            >
              <span className="min-w-0 truncate text-sm text-ink" title={id}>
                {name}
              </span>
              <Part name={id} draft={draft} onChange={onChange} />
            </li>
          ))}
        </ul>
      ) : null}
      <p className={error === undefined ? 'text-xs text-dim' : 'text-xs text-bad'}>
        {error ?? (draft.limited ? t('someMeaning') : t('allMeaning'))}
      </p>
    </fieldset>
  );
}
