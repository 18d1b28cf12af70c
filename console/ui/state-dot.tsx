import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'idle';

/** A state as a coloured dot before its words: the words carry the meaning, the colour helps to scan. */
export function StateDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      data-tone={tone}
      style={{ display: 'inline-flex', alignItems: 'center', gap: 8, whiteSpace: 'nowrap', maxWidth: '100%' }}
    >
      <span
        aria-hidden
        style={{ width: 8, height: 8, borderRadius: '50%', flex: 'none', background: `var(--console-${tone})` }}
      />
      {children}
    </span>
  );
}
