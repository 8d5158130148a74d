'use client';

/** Settings: API tokens for administrators, what watching costs, the look, the keyboard, and who one is. */
import { useTheme } from 'next-themes';
import { useTranslations } from 'next-intl';
import { PageHeader } from '../layout/page-header';
import { useMay, useSession } from '../layout/session-context';
import { ShortcutsList } from '../layout/shortcuts';
import { Section } from '../ui/section';
import { useOnClient } from '../ui/time';
import { cn } from '../ui/cn';
import { CostSection } from './cost-section';
import { TokensSection } from '../access/tokens-section';

const themes = ['system', 'light', 'dark'] as const;

function Appearance() {
  const t = useTranslations('theme');
  const { theme, setTheme } = useTheme();
  const onClient = useOnClient();
  return (
    <div role="radiogroup" aria-label={t('label')} className="sheet-x flex flex-wrap gap-2 pb-5">
      {themes.map((name) => {
        const chosen = onClient && theme === name;
        return (
          <label
            key={name}
            className={cn(
              'flex h-9 cursor-pointer items-center gap-2.5 rounded-sm border px-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent',
              chosen
                ? 'border-accent bg-accent-wash text-ink'
                : 'border-line-strong text-soft hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name="theme"
              className="size-3.5 accent-accent-solid"
              checked={chosen}
              onChange={() => setTheme(name)}
            />
            {t(name)}
          </label>
        );
      })}
    </div>
  );
}

export function SettingsPage() {
  const t = useTranslations('settings');
  const roles = useTranslations('user');
  const admin = useMay('admin');
  const { user, version } = useSession();
  return (
    <>
      <PageHeader
        title={t('title')}
        answer={<p>{t('answer', { name: user.name, role: roles(`role.${user.role}`), version })}</p>}
      />
      {admin ? <TokensSection whose="all" /> : null}
      <CostSection />
      <Section title={t('appearance')}>
        <Appearance />
      </Section>
      <Section title={t('keyboard')}>
        <div className="sheet-x max-w-md pb-5">
          <ShortcutsList />
        </div>
      </Section>
    </>
  );
}
