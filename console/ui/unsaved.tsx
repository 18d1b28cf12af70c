import { useBlocker } from '@tanstack/react-router';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirm } from './confirm.tsx';

const UnsavedContext = createContext<(form: string, isDirty: boolean) => void>(() => {});

/** Reports to the page whether a form has unsaved changes. */
export function useUnsaved(isDirty: boolean): void {
  const report = useContext(UnsavedContext);
  const form = useId();
  // Nothing is taken back when a tab hides the form, which ends its effects: the form keeps its changes.
  useEffect(() => report(form, isDirty), [report, form, isDirty]);
}

/** A page that asks before it is left, closed or reloaded while a form in it has unsaved changes. */
export function UnsavedGuard({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const [dirtyForms, setDirtyForms] = useState<ReadonlySet<string>>(new Set());
  const report = useCallback((form: string, isDirty: boolean) => {
    setDirtyForms((before) => {
      if (before.has(form) === isDirty) return before;
      return new Set(isDirty ? [...before, form] : [...before].filter((other) => other !== form));
    });
  }, []);
  useBlocker({
    disabled: dirtyForms.size === 0,
    enableBeforeUnload: true,
    shouldBlockFn: async ({ current, next }) => {
      // Tabs of a page keep what was entered; after a logout, it cannot be saved.
      if (current.pathname === next.pathname || next.fullPath === '/login') return false;
      const leaves = await confirm({
        title: t('common.unsavedTitle'),
        text: t('common.unsavedText'),
        action: t('common.discard'),
      });
      return !leaves;
    },
  });
  return <UnsavedContext value={report}>{children}</UnsavedContext>;
}
