import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { usePaletteRequest } from './palette-request.ts';

const Palette = lazyDialog(() => import('./palette.tsx').then((module) => module.Palette));
const ShortcutHelp = lazyDialog(() => import('./palette.tsx').then((module) => module.ShortcutHelp));

/** Keyboard shortcuts: Ctrl or ⌘ with K, and `/`, open the palette; `?` shows all shortcuts. */
export function PaletteKeys() {
  const [asked, request] = usePaletteRequest();
  const [helps, setHelps] = useState(false);
  useHotkeys([['mod+K', () => request(true)]], []);
  useHotkeys([
    ['/', () => request(true)],
    ['shift+?', () => setHelps(true)],
    ['?', () => setHelps(true)],
  ]);
  return (
    <>
      {asked ? <Palette onClose={() => request(false)} /> : null}
      {helps ? <ShortcutHelp onClose={() => setHelps(false)} /> : null}
    </>
  );
}
