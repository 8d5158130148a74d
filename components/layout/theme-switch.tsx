'use client';

/** Light, dark, or as the system says. */
import { Monitor, Moon, Sun } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { Button } from '../ui/button';
import { Menu, MenuContent, MenuRadio, MenuRadioGroup, MenuTrigger } from '../ui/menu';

const choices = [
  ['system', Monitor],
  ['light', Sun],
  ['dark', Moon],
] as const;

export function ThemeSwitch() {
  const t = useTranslations('theme');
  const { theme, setTheme } = useTheme();
  return (
    <Menu>
      <MenuTrigger>
        <Button tone="ghost" size="icon-sm" aria-label={t('label')} title={t('label')}>
          <Sun aria-hidden className="size-4 dark:hidden" />
          <Moon aria-hidden className="hidden size-4 dark:block" />
        </Button>
      </MenuTrigger>
      <MenuContent className="min-w-36">
        <MenuRadioGroup value={theme ?? 'system'} onValueChange={setTheme}>
          {choices.map(([name, Icon]) => (
            <MenuRadio key={name} value={name}>
              <Icon aria-hidden className="size-4 text-dim" />
              {t(name)}
            </MenuRadio>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
