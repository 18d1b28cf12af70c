import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import type { MouseEvent } from 'react';

const accent: MantineColorsTuple = [
  '#eef0fd',
  '#dcdffa',
  '#b9bff5',
  '#969fef',
  '#7984e9',
  '#5f6ce2',
  '#4a59d9',
  '#3d4bc0',
  '#3441a6',
  '#2a358a',
];

/** Mantine's reds, darker from 6 on: white on the filled shade, and that shade on white, have a contrast of 5.6:1. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#f25f5f',
  '#c92a2a',
  '#b32424',
  '#9e1f1f',
  '#8a1a1a',
];

/** Neutral greys for the dark scheme; Mantine's own are bluish. */
const dark: MantineColorsTuple = [
  '#d3d4d8',
  '#b4b6bc',
  '#9a9ca4',
  '#6f727b',
  '#3f424a',
  '#2b2e34',
  '#212329',
  '#17191d',
  '#121317',
  '#0c0d10',
];

const sans =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif';
const monospace =
  'ui-monospace, SFMono-Regular, Menlo, "Cascadia Mono", Consolas, "Liberation Mono", "DejaVu Sans Mono", "PingFang SC", "Microsoft YaHei", "Noto Sans Mono CJK SC", "WenQuanYi Micro Hei Mono", monospace';

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: { accent, red, dark },
  fontFamily: sans,
  fontFamilyMonospace: monospace,
  headings: {
    fontFamily: sans,
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1rem', lineHeight: '1.4' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      // The title and the buttons are sticky, and must not cover what has the focus.
      styles: {
        title: { fontWeight: 600, lineHeight: 1.35 },
        content: { scrollPaddingBlock: '4.5rem' },
      },
    },
    Drawer: { styles: { title: { fontWeight: 600 } } },
    Paper: { styles: { root: { borderColor: 'var(--console-line)' } } },
    Table: { defaultProps: { borderColor: 'var(--console-line)' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', withinPortal: true } },
    MenuDropdown: { defaultProps: { onClickCapture: focusMenuButton } },
  },
});

/**
 * When a dialog that was opened from a menu closes, the focus returns to the menu's button, because the menu item is
 * gone.
 */
function focusMenuButton({ currentTarget }: MouseEvent<HTMLElement>): void {
  document.getElementById(currentTarget.getAttribute('aria-labelledby') ?? '')?.focus();
}

/** Secondary text with a contrast of at least 4.5:1 on both the page and the panels. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b6070',
    '--mantine-color-placeholder': '#6b7080',
    '--mantine-color-error': '#c92a2a',
    '--console-page': '#ffffff',
    '--console-aside': '#f7f7f9',
    '--console-line': '#e6e7ec',
    '--console-hover': '#f4f5f8',
    '--console-link-hover': '#ececf1',
    '--console-link-active': '#e4e6f6',
    '--console-link-icon': 'var(--mantine-color-accent-6)',
    '--console-bubble': '#eef0f4',
    '--console-skeleton': '#ebecf0',
    '--console-good': '#1f8a4c',
    '--console-warn': '#b25e09',
    '--console-bad': '#c92a2a',
    '--console-idle': '#8a8f9c',
    '--console-alarm': '#c92a2a',
    '--console-caution': '#fff3d6',
    '--console-caution-line': '#f0d9a0',
  },
  dark: {
    // Text in this shade, as in menus and calendars; only filled areas keep the darker one.
    '--mantine-color-red-6': '#ff8787',
    '--mantine-color-red-filled': red[6],
    '--mantine-color-red-filled-hover': red[7],
    '--mantine-color-dimmed': '#9a9ca4',
    '--mantine-color-placeholder': '#8d9099',
    '--mantine-color-error': '#ff8787',
    '--console-page': '#17191d',
    '--console-aside': '#121317',
    '--console-line': '#2b2e34',
    '--console-hover': '#212329',
    '--console-link-hover': '#1c1e23',
    '--console-link-active': '#24273a',
    '--console-link-icon': 'var(--mantine-color-accent-3)',
    '--console-bubble': '#262930',
    '--console-skeleton': '#272a30',
    '--console-good': '#3fb870',
    '--console-warn': '#e8a23d',
    '--console-bad': '#ff7b7b',
    '--console-idle': '#7f828b',
    '--console-alarm': '#b02525',
    '--console-caution': '#3a2f16',
    '--console-caution-line': '#5a481f',
  },
});
