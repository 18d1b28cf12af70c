import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorAlert } from '../../../ui/error-alert.tsx';
import { ChannelsPanel } from './channels-panel.tsx';
import { alertsQuery } from './queries.ts';
import { RulesPanel } from './rules-panel.tsx';
import { SentPanel } from './sent-panel.tsx';

/** Alert settings: channels and rules. */
export function AlertsTab() {
  const query = useQuery(alertsQuery);
  if (query.error && !query.data) return <ErrorAlert error={query.error} onRetry={() => query.refetch()} />;
  if (!query.data) return <Skeleton height={320} />;
  const { channels, settings, sent } = query.data;
  return (
    <Stack gap="lg">
      <ChannelsPanel channels={channels} />
      {/* The first channel changes them from outside of the form. */}
      <RulesPanel key={`${settings.language} ${settings.timeZone}`} settings={settings} />
      <SentPanel sent={sent} />
    </Stack>
  );
}
