import { Anchor } from '@mantine/core';
import { Children, isValidElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CopyIcon } from '../copy-button.tsx';
import classes from './markdown.module.css';
import { safeLink } from './safe-link.ts';

/**
 * Renders a model's Markdown. Raw HTML is shown as text and images as links: nothing is fetched from other hosts, and
 * links lead only to web pages or a mail program.
 */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.markdown}>
      <ReactMarkdown remarkPlugins={plugins} components={components} urlTransform={safeLink}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <Link href={typeof src === 'string' ? src : undefined}>{alt === '' ? src : alt}</Link>,
  pre: ({ children }) => <CodeFrame>{children}</CodeFrame>,
  table: ({ children }) => (
    <div className={classes.wide} data-scrolls-sideways>
      <table>{children}</table>
    </div>
  ),
};

function Link({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (href === undefined || href === '') return <>{children}</>;
  return (
    <Anchor inherit href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </Anchor>
  );
}

/** A code block with its language and a copy button. */
function CodeFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const code = Children.toArray(children).find(isCode);
  const language = /language-([\w+#.-]+)/.exec(code?.props.className ?? '')?.[1] ?? '';
  const text = toText(code?.props.children).replace(/\n$/, '');
  return (
    <figure className={classes.code}>
      <figcaption>
        <span>{language}</span>
        <CopyIcon value={text} what={language === '' ? t('playground.codeBlock') : language} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

interface CodeProps {
  readonly className?: string;
  readonly children?: ReactNode;
}

function isCode(node: ReactNode): node is React.ReactElement<CodeProps> {
  return isValidElement<CodeProps>(node) && node.type === 'code';
}

function toText(node: ReactNode): string {
  return Children.toArray(node).join('');
}
