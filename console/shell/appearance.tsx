import { ActionIcon, type MantineColorScheme, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { type Icon, IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language, languages, toLanguage } from '../i18n/index.ts';

export const themes = [
  { scheme: 'auto', name: 'themeAuto', icon: IconDeviceDesktop },
  { scheme: 'light', name: 'themeLight', icon: IconSun },
  { scheme: 'dark', name: 'themeDark', icon: IconMoon },
] as const satisfies readonly { scheme: MantineColorScheme; name: string; icon: unknown }[];

/** The languages with their native names, for a menu or a select. */
export const languageChoices: readonly { language: Language; name: string }[] = [
  { language: 'en', name: languages.en },
  { language: 'zh-CN', name: languages['zh-CN'] },
];

function IconMenu({ label, icon: Icon, children }: { label: string; icon: Icon; children: ReactNode }) {
  return (
    <Menu position="top-start">
      <Tooltip label={label}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={label}>
            <Icon size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

export function ThemeMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = themes.find(({ scheme }) => scheme === colorScheme)?.icon ?? IconDeviceDesktop;
  return (
    <IconMenu label={t('shell.theme')} icon={Current}>
      {themes.map(({ scheme, name, icon: Icon }) => (
        <Menu.Item
          key={scheme}
          leftSection={<Icon size={16} aria-hidden />}
          rightSection={scheme === colorScheme ? <IconCheck size={14} aria-hidden /> : null}
          onClick={() => setColorScheme(scheme)}
        >
          {t(`shell.${name}`)}
        </Menu.Item>
      ))}
    </IconMenu>
  );
}

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <IconMenu label={t('shell.language')} icon={IconLanguage}>
      {languageChoices.map(({ language, name }) => (
        <Menu.Item
          key={language}
          lang={language}
          rightSection={toLanguage(i18n.language) === language ? <IconCheck size={14} aria-hidden /> : null}
          onClick={() => chooseLanguage(language)}
        >
          {name}
        </Menu.Item>
      ))}
    </IconMenu>
  );
}
