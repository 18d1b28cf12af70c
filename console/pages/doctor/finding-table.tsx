import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Finding, hasAdvice } from '../../../contract/doctor.ts';
import { StateDot } from '../../ui/state-dot.tsx';
import { useFormat } from '../../ui/use-format.ts';

/** A table of findings with advice, problems first, and the number of problems above it. */
export function FindingTable({ findings, label }: { findings: readonly Finding[]; label: string }) {
  const { t } = useTranslation();
  const count = findings.filter(({ state }) => state !== 'good').length;
  const sorted = ['bad', 'warn', 'good'].flatMap((state) => findings.filter((finding) => finding.state === state));
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        {count === 0 ? t('doctor.allGood') : t('doctor.someBad', { count })}
      </Text>
      <Table aria-label={label}>
        <Table.Tbody>
          {sorted.map((finding) => (
            <FindingRow key={`${finding.check} ${finding.subject} ${finding.code}`} finding={finding} />
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { check, code, state, subject } = finding;
  const parameters = check === 'credits' ? formatNumbers(finding.parameters, format.count) : finding.parameters;
  return (
    <Table.Tr data-check={check} data-state={state}>
      <Table.Td style={{ verticalAlign: 'top' }} w={120}>
        <StateDot tone={state}>
          {t(`doctor.name.${check}`)}
          <span className="visually-hidden">{t(`doctor.state.${state}`)}</span>
        </StateDot>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {subject === undefined ? null : (
          <Text size="sm" component="span" fw={600}>
            {t('doctor.subject', { subject })}
          </Text>
        )}
        <Text size="sm" component="span">
          {t(`doctor.finding.${code}`, { replace: parameters })}
        </Text>
        {state !== 'good' && hasAdvice(code) ? (
          <Text size="sm" c="dimmed">
            {t(`doctor.advice.${code}`, { replace: parameters })}
          </Text>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

/** Formats the parameters that are whole numbers. */
function formatNumbers(parameters: Finding['parameters'], format: (count: number) => string): Finding['parameters'] {
  const formatted = Object.entries(parameters).map(([name, value]) => [
    name,
    /^\d+$/.test(value) ? format(Number(value)) : value,
  ]);
  return Object.fromEntries(formatted);
}
