'use client';

/** One's own account: what one may, the password, where one is signed in, and API tokens of one's own. */
import { useTranslations } from 'next-intl';
import type { Account } from '../../console/contracts/account';
import { useAccount } from '../data/use-accounts';
import { PageHeader } from '../layout/page-header';
import { ErrorState } from '../ui/error-state';
import { Section } from '../ui/section';
import { Skeleton } from '../ui/skeleton';
import { PasswordForm } from './password-form';
import { SessionsSection } from './sessions-section';
import { TokensSection } from './tokens-section';

function Answer({ account }: { account: Account }) {
  const t = useTranslations('account');
  const roles = useTranslations('user');
  const role = roles(`role.${account.role}`);
  if (account.clusters === null) return <p>{t('answer', { name: account.name, role })}</p>;
  const parts = account.clusters.map((part) => `${part.cluster} (${roles(`role.${part.role}`)})`).join(', ');
  return (
    <p>
      {parts === ''
        ? t('answerNone', { name: account.name })
        : t('answerParts', { name: account.name, parts })}
    </p>
  );
}

export function AccountPage() {
  const t = useTranslations('account');
  const account = useAccount();
  if (account.isError && account.data === undefined) {
    return (
      <>
        <PageHeader title={t('title')} />
        <ErrorState title={t('failed')} error={account.error} onRetry={() => void account.refetch()} />
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        answer={
          account.data === undefined ? (
            <Skeleton className="mt-1 w-80 max-w-full" />
          ) : (
            <Answer account={account.data} />
          )
        }
      />
      <Section title={t('password')}>
        <div className="sheet-x max-w-md pb-2">
          {account.data === undefined ? (
            <Skeleton className="w-1/2" />
          ) : account.data.hasPassword ? (
            <PasswordForm name={account.data.name} />
          ) : (
            <p className="text-sm text-soft">{t('noPassword')}</p>
          )}
        </div>
      </Section>
      <SessionsSection whose="own" />
      <TokensSection whose="own" />
    </>
  );
}
