import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { requestRoutes } from '../../../contract/requests.ts';
import { useFormat } from '../../ui/use-format.ts';
import type { RequestsSearch } from './search.ts';

interface LogFooterProps {
  readonly search: RequestsSearch;
  readonly page: z.infer<NonNullable<typeof requestRoutes.list.response>> | undefined;
  /** @param cursor cursor of the older page; undefined: back to the newer one */
  readonly onTurn: (cursor: string | undefined) => void;
}

/** Page number, order, and links to older and newer pages. */
export function LogFooter({ search, page, onTurn }: LogFooterProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const next = page?.nextCursor ?? null;
  const since = page?.scannedSince ?? null;
  const remarks = [
    ...(search.page === undefined ? [] : [t('requests.page', { page: search.page })]),
    ...(search.largest === undefined ? [] : [t(`requests.largest.${search.largest}`)]),
    ...(since === null ? [] : [t('requests.scannedSince', { time: format.time(since) })]),
  ];
  const isOnly = search.cursor === undefined && next === null;
  return (
    <Group justify="space-between" mt="md">
      <Text size="xs" c="dimmed">
        {remarks.join(' · ')}
      </Text>
      {isOnly ? null : (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconChevronLeft size={14} aria-hidden />}
            disabled={search.cursor === undefined}
            onClick={() => onTurn(undefined)}
          >
            {t('requests.newer')}
          </Button>
          <Button
            size="xs"
            variant="default"
            rightSection={<IconChevronRight size={14} aria-hidden />}
            disabled={next === null}
            onClick={() => next !== null && onTurn(next)}
          >
            {t('requests.older')}
          </Button>
        </Group>
      )}
    </Group>
  );
}
