import { lazy, Suspense } from 'react';
import { PlainText } from './plain-text.tsx';

const Markdown = lazy(() => import('./markdown.tsx'));

/** Markdown, shown as plain text until the renderer is loaded. */
export function LazyMarkdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<PlainText text={text} />}>
      <Markdown text={text} />
    </Suspense>
  );
}
