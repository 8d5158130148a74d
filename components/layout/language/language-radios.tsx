'use client';

/** The languages side by side, for the page of settings. */
import { useLocale, useTranslations } from 'next-intl';
import { languageNames, locales } from '../../../messages/locales';
import { RadioBox } from '../../ui/radio-box';
import { chooseLanguage } from './choose-language';

export function LanguageRadios() {
  const t = useTranslations('user');
  const locale = useLocale();
  return (
    <div role="radiogroup" aria-label={t('language')} className="sheet-x flex flex-wrap gap-2 pb-5">
      {locales.map((each) => (
        <RadioBox key={each} name="language" checked={each === locale} onChoose={() => chooseLanguage(each)}>
          <span lang={each}>{languageNames[each]}</span>
        </RadioBox>
      ))}
    </div>
  );
}
