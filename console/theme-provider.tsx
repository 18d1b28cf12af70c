import { createTheme, MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cssVariables, theme } from './theme.ts';

/** The theme, with translations for the components' built-in labels. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const worded = useMemo(
    () =>
      mergeThemeOverrides(
        theme,
        createTheme({
          components: {
            PasswordInput: {
              defaultProps: { visibilityToggleButtonProps: { 'aria-label': t('common.toggleVisibility') } },
            },
          },
        }),
      ),
    [t],
  );
  return (
    <MantineProvider theme={worded} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}
