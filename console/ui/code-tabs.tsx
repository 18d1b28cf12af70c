import { Code, Tabs } from '@mantine/core';
import classes from './code-tabs.module.css';
import { CopyButton } from './copy-button.tsx';

export interface CodeTab {
  readonly name: string;
  readonly title: string;
  readonly code: string;
}

/** The same code in several languages, each with a copy button. */
export function CodeTabs({ tabs, label }: { tabs: readonly CodeTab[]; label: string }) {
  return (
    <Tabs defaultValue={tabs[0]?.name ?? null} keepMounted={false}>
      <Tabs.List aria-label={label}>
        {tabs.map(({ name, title }) => (
          <Tabs.Tab key={name} value={name}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, title, code }) => (
        <Tabs.Panel key={name} value={name} pt="sm">
          <CodeBlock code={code} label={title} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** A scrollable code block with a copy button. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div>
      <Code block tabIndex={0} role="region" aria-label={label} className={classes.block ?? ''}>
        {code}
      </Code>
      <CopyButton value={code} size="xs" mt="xs" />
    </div>
  );
}
