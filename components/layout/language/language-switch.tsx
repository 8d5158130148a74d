'use client';

/** The languages, each in its own name and marked as such for screen readers: in the menu of the user, and alone where nobody is signed in. */
import { Languages } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { isLocale, languageNames, locales } from '../../../messages/locales';
import { Button } from '../../ui/button';
import { Menu, MenuContent, MenuRadio, MenuRadioGroup, MenuTrigger } from '../../ui/menu';
import { chooseLanguage } from './choose-language';

export function LanguageChoices() {
  const t = useTranslations('user');
  const locale = useLocale();
  return (
    <MenuRadioGroup
      aria-label={t('language')}
      value={locale}
      onValueChange={(value) => {
        if (isLocale(value) && value !== locale) chooseLanguage(value);
      }}
    >
      {locales.map((each) => (
        <MenuRadio key={each} value={each}>
          <Languages aria-hidden className="size-4 text-dim" />
          <span lang={each}>{languageNames[each]}</span>
        </MenuRadio>
      ))}
    </MenuRadioGroup>
  );
}

export function LanguageSwitch() {
  const t = useTranslations('user');
  return (
    <Menu>
      <MenuTrigger>
        <Button tone="ghost" size="icon-sm" aria-label={t('language')} title={t('language')}>
          <Languages aria-hidden className="size-4" />
        </Button>
      </MenuTrigger>
      <MenuContent className="min-w-36">
        <LanguageChoices />
      </MenuContent>
    </Menu>
  );
}
