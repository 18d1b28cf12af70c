import { describe, expect, it } from 'vitest';
import { findItems, type PaletteItem, readRequestId } from './palette-items.ts';

const item = (title: string, about = ''): PaletteItem => ({ id: title, title, about, link: { to: '/' } });
const titles = (items: readonly PaletteItem[], text: string) => findItems(items, text).map(({ title }) => title);

describe('the palette', () => {
  it('finds by every word, in titles and in what else is known', () => {
    const items = [item('Overview'), item('claude-sonnet', 'model anthropic'), item('Anthropic key', 'key')];
    expect(titles(items, 'anth')).toEqual(['Anthropic key', 'claude-sonnet']);
    expect(titles(items, 'model anth')).toEqual(['claude-sonnet']);
    expect(titles(items, 'OVER')).toEqual(['Overview']);
    expect(titles(items, 'nothing')).toEqual([]);
  });

  it('shows the first of all before anything is typed, and never too many', () => {
    const items = Array.from({ length: 50 }, (_, index) => item(`Item ${index}`));
    expect(titles(items, '')).toHaveLength(12);
    expect(titles(items, 'item')[0]).toBe('Item 0');
  });

  it('knows the id of a request', () => {
    const id = '019ac1e2-7b1c-7e1f-9a3b-0123456789ab';
    expect(readRequestId(` ${id} `)).toBe(id);
    expect(readRequestId('019ac1e2')).toBeUndefined();
    expect(readRequestId('settings')).toBeUndefined();
  });
});
