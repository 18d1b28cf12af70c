import { useTranslation } from 'react-i18next';
import { writeCurl } from '../../snippets/curl.ts';
import { writePython } from '../../snippets/python.ts';
import { writeTypeScript } from '../../snippets/typescript.ts';
import { CodeTabs } from '../../ui/code-tabs.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useCarriedKey } from '../keys/carried-key.ts';

interface CodeDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly baseUrl: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The conversation's request as code, with the newly created key or a placeholder. */
export function CodeDialog({ opened, onClose, baseUrl, body }: CodeDialogProps) {
  const { t } = useTranslation();
  const carried = useCarriedKey();
  const request = { baseUrl, key: carried?.key ?? 'YOUR_API_KEY', body };
  return (
    <Dialog opened={opened} onClose={onClose} size="xl" title={t('playground.code')}>
      <CodeTabs
        label={t('playground.code')}
        tabs={[
          { name: 'curl', title: 'curl', code: writeCurl(request) },
          { name: 'python', title: 'Python', code: writePython(request) },
          { name: 'typescript', title: 'TypeScript', code: writeTypeScript(request) },
        ]}
      />
    </Dialog>
  );
}
