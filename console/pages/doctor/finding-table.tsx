import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Finding, hasAdvice } from '../../../contract/doctor.ts';
import { StateDot } from '../../ui/state-dot.tsx';

/** A table of findings with advice, and the number of problems above it. */
export function FindingTable({ findings, label }: { findings: readonly Finding[]; label: string }) {
  const { t } = useTranslation();
  const count = findings.filter(({ state }) => state !== 'good').length;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        {count === 0 ? t('doctor.allGood') : t('doctor.someBad', { count })}
      </Text>
      <Table.ScrollContainer minWidth={480}>
        <Table aria-label={label}>
          <Table.Tbody>
            {findings.map((finding) => (
              <FindingRow key={`${finding.check} ${finding.subject} ${finding.code}`} finding={finding} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const { check, code, state, subject, parameters } = finding;
  return (
    <Table.Tr data-check={check} data-state={state}>
      <Table.Td style={{ verticalAlign: 'top' }} w={130}>
        <StateDot tone={state}>
          {t(`doctor.name.${check}`)}
          <span className="visually-hidden">{t(`doctor.state.${state}`)}</span>
        </StateDot>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {subject === undefined ? null : (
          <Text size="sm" component="span" fw={600}>
            {subject}{' '}
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
