import { Group, Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import { displayName } from './display-name.ts';
import { countRoutes, routeTone } from './route-words.ts';

/** One dot per upstream route of a credential; opens the routes dialog. */
export function RouteDots({ credential, onOpen }: { credential: Credential; onOpen: () => void }) {
  const { t } = useTranslation();
  const { routes } = credential.state;
  const label = t('credentials.routesSummary', { name: displayName(credential), ...countRoutes(routes) });
  return (
    <Tooltip
      multiline
      label={routes.map(({ route, name }) => `${route}: ${t(`credentials.routeState.${name}`)}`).join('\n')}
      style={{ whiteSpace: 'pre-line' }}
    >
      <UnstyledButton onClick={onOpen} aria-label={label} p={6} m={-6}>
        <Group gap={4} wrap="nowrap">
          {routes.map((state) => (
            <span
              key={state.route}
              aria-hidden
              style={{
                width: 8,
                height: 8,
                borderRadius: 2,
                background: state.name === 'unknown' ? undefined : `var(--console-${routeTone(state)})`,
                border: state.name === 'unknown' ? '1px solid var(--console-idle)' : undefined,
              }}
            />
          ))}
        </Group>
      </UnstyledButton>
    </Tooltip>
  );
}
