'use client';

/**
 * Who is signed in, with which role, the language, and the way out. On phones also the pages that do not fit the bar. Without a cluster
 * there is nowhere to go and no keyboard.
 */
import { CircleUserRound, Keyboard, LogOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { pagePaths } from '../../console/contracts/paths';
import { Button } from '../ui/button';
import { Menu, MenuContent, MenuItem, MenuLine, MenuTrigger } from '../ui/menu';
import { PageLink } from '../ui/page-link';
import { LanguageChoices } from './language/language-switch';
import { useNavigation } from './navigation';
import { useSession } from './session-context';

/** What it takes is fetched when somebody goes: every page has this menu. */
async function leave(): Promise<void> {
  const { signOut } = await import('next-auth/react');
  await signOut({ callbackUrl: pagePaths.login() });
}

export function UserMenu({ onShortcuts }: { onShortcuts?: (() => void) | undefined }) {
  const t = useTranslations('user');
  const { user } = useSession();
  return (
    <Menu>
      <MenuTrigger>
        <Button tone="ghost" size="sm" aria-label={t('menu', { name: user.name })} className="px-1.5">
          <CircleUserRound aria-hidden className="size-4" />
          <span className="max-w-32 truncate font-normal max-md:hidden">{user.name}</span>
        </Button>
      </MenuTrigger>
      <MenuContent className="min-w-52">
        <div className="px-2 pt-1.5 pb-2">
          <p className="truncate font-medium text-ink">{user.name}</p>
          <p className="text-xs text-dim">{t(`role.${user.role}`)}</p>
        </div>
        <MenuLine />
        {onShortcuts === undefined ? null : <PageItems onShortcuts={onShortcuts} />}
        <LanguageChoices />
        <MenuLine />
        <MenuItem onSelect={() => void leave()}>
          <LogOut aria-hidden className="size-4 text-dim" />
          {t('signOut')}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}

function PageItems({ onShortcuts }: { onShortcuts: () => void }) {
  const t = useTranslations('user');
  const pages = useTranslations('navigation');
  const foot = useNavigation().filter((item) => item.foot || item.wide === true);
  return (
    <>
      {foot.map((item) => (
        <MenuItem key={item.name} asChild>
          <PageLink href={item.href}>
            <item.icon aria-hidden className="size-4 text-dim" />
            {pages(item.name)}
          </PageLink>
        </MenuItem>
      ))}
      <MenuItem onSelect={onShortcuts} className="max-md:hidden">
        <Keyboard aria-hidden className="size-4 text-dim" />
        {t('shortcuts')}
      </MenuItem>
      <MenuLine />
    </>
  );
}
