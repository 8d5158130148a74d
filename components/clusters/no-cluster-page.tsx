'use client';

/** What stands in place of every page while no cluster is watched: what to do about it, and for administrators the form. */
import { useMemo, useState } from 'react';
import { useRouter } from 'next/navigation';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FormWords } from '../layout/language/form-words';
import { Mark } from '../layout/mark';
import { SessionContextProvider, type ConsoleSession } from '../layout/session-context';
import { ThemeSwitch } from '../layout/theme-switch';
import { UserMenu } from '../layout/user-menu';
import { Button } from '../ui/button';
import { later, WhenAsked } from '../ui/later';
import { NEW_CLUSTER } from './new-cluster';

const ClusterDialog = later(async () => (await import('./cluster-dialog')).ClusterDialog);

type NoClusterPageProps = Pick<ConsoleSession, 'user' | 'version'>;

export function NoClusterPage({ user, version }: NoClusterPageProps) {
  const t = useTranslations('noCluster');
  const router = useRouter();
  const [editing, setEditing] = useState<string | null>(null);
  const session = useMemo<ConsoleSession>(
    () => ({ user, version, cluster: { id: '', name: '', readOnly: true }, defaultClusterId: '' }),
    [user, version],
  );
  return (
    <SessionContextProvider session={session}>
      <header className="flex h-12 items-center gap-1 border-b border-line bg-canvas sheet-x">
        <Mark className="size-5 text-accent" />
        <span className="ml-2 mr-auto text-base font-medium text-ink">Aquila</span>
        <ThemeSwitch />
        <UserMenu />
      </header>
      <main className="mx-auto w-full max-w-2xl px-6 pt-[14vh]">
        <h1 className="text-xl font-medium text-ink">{t('title')}</h1>
        <p className="mt-1 max-w-[60ch] text-base text-soft">{t('meaning')}</p>
        {user.role === 'admin' ? (
          <div className="mt-6">
            <Button tone="primary" onClick={() => setEditing(NEW_CLUSTER)}>
              <Plus aria-hidden className="size-4" />
              {t('add')}
            </Button>
          </div>
        ) : (
          <p className="mt-4 text-base text-soft">{t('askAdmin')}</p>
        )}
        <p className="mt-8 max-w-[60ch] text-sm text-dim">
          {t.rich('orStart', { code: (chunks) => <code className="text-soft">{chunks}</code> })}
        </p>
      </main>
      <WhenAsked when={editing !== null}>
        <FormWords>
          <ClusterDialog
            editing={editing ?? NEW_CLUSTER}
            onClose={() => setEditing(null)}
            onSaved={() => router.refresh()}
          />
        </FormWords>
      </WhenAsked>
    </SessionContextProvider>
  );
}
