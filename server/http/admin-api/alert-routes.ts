import { alertRoutes } from '../../../contract/alerts.ts';
import { ChannelUnusable } from '../../alerts/channel-values.ts';
import { AdminFailure, notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { changedFieldNames } from './changed-fields.ts';

/** Alerts sent by chat, webhook or e-mail. */
export function bindAlertRoutes({ alerts }: Pick<AdminServices, 'alerts'>): BoundRoute[] {
  return [
    bindRoute(alertRoutes.get, async () => {
      const { channels, settings, sent } = await alerts.view();
      return { channels, settings, sent: [...sent] };
    }),
    bindRoute(alertRoutes.edit, async ({ body, audit }) => {
      const edited = await alerts.edit(body);
      await audit('alerts.edit', '', `changed: ${changedFieldNames(body)}`);
      return edited;
    }),
    bindRoute(alertRoutes.add, async ({ body, audit }) => {
      const channel = await alerts.add(body).catch(refuseValues);
      await audit('alerts.add', channel.name, channel.kind);
      return channel;
    }),
    bindRoute(alertRoutes.change, async ({ params, body, audit }) => {
      const channel = await alerts.change(params.id, body).catch(refuseValues);
      if (channel === undefined) throw notFound('channel');
      await audit('alerts.change', channel.name, `changed: ${changedFieldNames(body)}`);
      return channel;
    }),
    bindRoute(alertRoutes.remove, async ({ params, audit }) => {
      const name = await alerts.remove(params.id);
      if (name === undefined) throw notFound('channel');
      await audit('alerts.remove', name);
    }),
    bindRoute(alertRoutes.test, async ({ params }) => {
      const delivery = await alerts.test(params.id);
      if (delivery === undefined) throw notFound('channel');
      return delivery;
    }),
  ];
}

function refuseValues(error: unknown): never {
  if (error instanceof ChannelUnusable) {
    throw new AdminFailure('invalid_input', error.message, { field: `values.${error.field}` });
  }
  throw error;
}
