import { describe, expect, it } from 'vitest';
import { safeLink } from './safe-link.ts';

describe('a link of a model', () => {
  it.each(['https://a.example/x?y=1#z', 'http://a.example', 'mailto:a@b.example'])('%s stays', (address) => {
    expect(safeLink(address)).toBe(address);
  });

  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.example/1',
    'ccswitch://v1/import?x',
    '/admin/settings',
    '//a.example',
    '#x',
    '',
  ])('%j leads nowhere', (address) => {
    expect(safeLink(address)).toBe('');
  });
});
