/** Signing in. Whoever is signed in already goes to the overview. */
import { redirect } from 'next/navigation';
import { Suspense } from 'react';
import { LoginPage } from '@/components/login/login-page';
import { consoleConfig } from '@/console/config/console-config';
import { pagePaths } from '@/console/contracts/paths';
import { currentUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';
import { version } from '@/console/services/version';

export const generateMetadata = titled('login');

export default async function Page() {
  if ((await currentUser()) !== null) redirect(pagePaths.overview());
  return (
    <Suspense>
      <LoginPage version={version} elsewhere={consoleConfig().oidc?.name ?? null} />
    </Suspense>
  );
}
