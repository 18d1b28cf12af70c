import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'idle';

/** A coloured dot with a state's name. The text carries the meaning; the colour helps scanning. */
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
