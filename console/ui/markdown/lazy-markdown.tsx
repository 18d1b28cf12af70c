import { Suspense } from 'react';
import { lazyPart } from '../lazy-part.ts';
import { PlainText } from './plain-text.tsx';

const Markdown = lazyPart(() => import('./markdown.tsx').then((module) => module.Markdown));

/** Markdown, shown as plain text until the renderer is loaded. */
export function LazyMarkdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<PlainText text={text} />}>
      <Markdown text={text} />
    </Suspense>
  );
}
