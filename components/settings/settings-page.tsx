'use client';

/** Settings: API tokens for administrators, what watching costs, the look, the language, the keyboard, and who one is. */
import { useTheme } from 'next-themes';
import { useTranslations } from 'next-intl';
import { LanguageRadios } from '../layout/language/language-radios';
import { PageHeader } from '../layout/page-header';
import { useMay, useSession } from '../layout/session-context';
import { ShortcutsList } from '../layout/shortcuts';
import { Section } from '../ui/section';
import { useOnClient } from '../ui/time';
import { RadioBox } from '../ui/radio-box';
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
          <RadioBox key={name} name="theme" checked={chosen} onChoose={() => setTheme(name)}>
            {t(name)}
          </RadioBox>
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
      <Section title={t('language')}>
        <LanguageRadios />
      </Section>
      <Section title={t('keyboard')}>
        <div className="sheet-x max-w-md pb-5">
          <ShortcutsList />
        </div>
      </Section>
    </>
  );
}
