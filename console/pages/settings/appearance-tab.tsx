import { Input, SegmentedControl, Stack, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, toLanguage } from '../../i18n/index.ts';
import { languageChoices, themes } from '../../shell/appearance.tsx';
import { Panel } from '../../ui/page.tsx';

/** Appearance settings, stored in this browser and not on the gateway. */
export function AppearanceTab() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title={t('settings.tab.appearance')} description={t('settings.appearanceText')}>
      <Stack align="flex-start">
        <Input.Wrapper label={t('shell.language')} labelElement="div">
          <div>
            <SegmentedControl
              aria-label={t('shell.language')}
              value={toLanguage(i18n.language)}
              onChange={(language) => void chooseLanguage(language)}
              data={languageChoices.map(({ language, name }) => ({ value: language, label: name }))}
            />
          </div>
        </Input.Wrapper>
        <Input.Wrapper label={t('shell.theme')} labelElement="div">
          <div>
            <SegmentedControl
              aria-label={t('shell.theme')}
              value={colorScheme}
              onChange={setColorScheme}
              data={themes.map(({ scheme, name }) => ({ value: scheme, label: t(`shell.${name}`) }))}
            />
          </div>
        </Input.Wrapper>
      </Stack>
    </Panel>
  );
}
