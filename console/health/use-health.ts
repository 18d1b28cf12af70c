import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Health, isUnreachable, readHealth } from './health.ts';
import { statusQuery } from './queries.ts';

const unknown: Health = { level: 'good' };

/** The gateway's health, and when the first cooling credential is available again (on this machine's clock). */
export function useHealth(): { readonly health: Health; readonly nextReadyAt: number | null } {
  const { data, dataUpdatedAt, error, errorUpdatedAt } = useQuery(statusQuery);
  return useMemo(() => {
    if (isUnreachable(error)) {
      const since = dataUpdatedAt === 0 ? errorUpdatedAt : dataUpdatedAt;
      return { health: { level: 'unreachable', since }, nextReadyAt: null };
    }
    if (data === undefined) return { health: unknown, nextReadyAt: null };
    const skew = data.now - dataUpdatedAt;
    return {
      health: readHealth(data),
      nextReadyAt: data.nextReadyAt === null ? null : data.nextReadyAt - skew,
    };
  }, [data, dataUpdatedAt, error, errorUpdatedAt]);
}
