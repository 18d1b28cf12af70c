import type { z } from 'zod';
import {
  type Credential,
  type CredentialTest,
  credentialRoutes,
  type RouteState,
} from '../../../contract/credentials.ts';
import { writeMessage } from '../../../contract/gateway-messages.ts';
import { planProbes } from '../../catalogue/plan-probes.ts';
import type { Activity } from '../../ledger/ledger.ts';
import { maskSecret } from '../../lib/mask-secret.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { CredentialView } from '../../pool/credential-view.ts';
import type { CredentialTestResult } from '../../pool/test-credential.ts';
import { AdminFailure, notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { changedFieldNames } from './changed-fields.ts';

const activityHours = 24;
const probeTimeout = 60_000;
/** Bytes. Fits the contract's two million characters, escaped as JSON. */
const importLimit = 8_000_000;

/** Routes for the pool's credentials. */
export function bindCredentialRoutes(services: AdminServices): BoundRoute[] {
  const { pool, catalogue, ledger, alerts, routes, probeEndpoint, clock } = services;
  async function encode(view: CredentialView): Promise<Credential> {
    return toCredential(view, (await ledger.credentialActivity(view.credential.id)).get(view.credential.id), routes);
  }
  const nameOf = (id: string) => {
    const credential = pool.get(id)?.credential;
    return credential?.label || credential?.email || id;
  };

  return [
    bindRoute(credentialRoutes.list, async () => {
      const now = clock();
      const [activity, { settings }] = await Promise.all([ledger.credentialActivity(), alerts.view()]);
      const credentials = pool.list().map((view) => toCredential(view, activity.get(view.credential.id), routes));
      return { credentials, now, expiryWarningDays: settings.rules.tokenExpiring.days };
    }),
    bindRoute(credentialRoutes.add, async ({ body, audit }) => {
      const view = await pool.add(withoutBlanks(withoutUndefined(body)));
      await audit('credential.add', nameOf(view.credential.id));
      return encode(view);
    }),
    bindRoute(credentialRoutes.edit, async ({ params, body, audit }) => {
      const view = await pool.edit(params.id, withoutBlanks(withoutUndefined(body)));
      if (view === undefined) throw notFound('credential');
      await audit('credential.edit', nameOf(params.id), `changed: ${changedFieldNames(body)}`);
      return encode(view);
    }),
    bindRoute(credentialRoutes.delete, async ({ params, audit }) => {
      const name = nameOf(params.id);
      if (!(await pool.remove(params.id))) throw notFound('credential');
      await audit('credential.delete', name);
    }),
    bindRoute(credentialRoutes.test, async ({ params, signal, audit }) => {
      const result = await pool.test(params.id, signal);
      if (result === undefined) throw notFound('credential');
      await audit('credential.test', nameOf(params.id), result.message);
      return toTest(result);
    }),
    bindRoute(credentialRoutes.tryOut, async ({ body, signal }) => {
      const { email, token, cloudId = null } = body;
      return toTest(await pool.tryOut({ email, token, cloudId }, signal));
    }),
    bindRoute(credentialRoutes.reset, async ({ params, audit }) => {
      const view = pool.reset(params.id);
      if (view === undefined) throw notFound('credential');
      await audit('credential.reset', nameOf(params.id));
      return encode(view);
    }),
    bindRoute(credentialRoutes.resetRoute, async ({ params, body, audit }) => {
      const view = pool.resetRoute(params.id, checkRoute(body.route, routes));
      if (view === undefined) throw notFound('credential');
      await audit('credential.reset', nameOf(params.id), body.route);
      return encode(view);
    }),
    bindRoute(credentialRoutes.planProbes, () => ({
      probes: planProbes(catalogue.list(), routes).map(({ route, model, dollars }) => ({ route, model, dollars })),
    })),
    bindRoute(credentialRoutes.probe, async ({ params: { id }, body, signal, audit }) => {
      if (pool.get(id) === undefined) throw notFound('credential');
      const wanted = body.routes?.map((name) => checkRoute(name, routes));
      const plans = planProbes(catalogue.list(), routes).filter(({ route }) => wanted?.includes(route) ?? true);
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(probeTimeout)]);
      const results = await Promise.all(
        plans.map(async ({ route, model, endpoint }) => ({
          route,
          model,
          ...(await probeEndpoint(id, model, endpoint, bounded)),
        })),
      );
      const view = pool.get(id);
      if (view === undefined) throw notFound('credential');
      const answering = results.filter(({ ok }) => ok).length;
      await audit('credential.probe', nameOf(id), `${answering} of ${results.length} routes answer`);
      return { results, credential: await encode(view) };
    }),
    bindRoute(
      credentialRoutes.import,
      async ({ body, audit }) => {
        const lines = await pool.importText(body.text);
        const added = lines.filter((line) => line.status === 'added').length;
        await audit('credential.import', '', `${added} of ${lines.length} lines added`);
        return { lines: lines.map((line) => ({ ...line })) };
      },
      { bodyLimit: importLimit },
    ),
    bindRoute(credentialRoutes.bulk, async ({ body, audit }) => {
      let changed = 0;
      for (const id of new Set(body.ids)) if (await applyAction(pool, body, id)) changed += 1;
      await audit(`credential.${body.action}`, '', `${changed} credentials`);
      return { changed };
    }),
  ];
}

/** @throws AdminFailure if there is no route of that name */
function checkRoute(name: string, routes: AdminServices['routes']): string {
  if (routes.some((route) => route.name === name)) return name;
  throw new AdminFailure('invalid_input', writeMessage('noRoute', name), { field: 'route' });
}

type BulkAction = z.output<NonNullable<typeof credentialRoutes.bulk.body>>;

async function applyAction(pool: AdminServices['pool'], asked: BulkAction, id: string): Promise<boolean> {
  if (asked.action === 'delete') return pool.remove(id);
  if (asked.action === 'reset') return pool.reset(id) !== undefined;
  const changes =
    asked.action === 'expiry' ? { tokenExpiresAt: asked.tokenExpiresAt } : { enabled: asked.action === 'enable' };
  return (await pool.edit(id, changes)) !== undefined;
}

/** All routes in order, with what is known about each. */
function toRoutes(known: CredentialView['state']['routes'], routes: AdminServices['routes']): RouteState[] {
  return routes.map(({ name }) => {
    const state = known.find(({ route }) => route === name);
    if (state === undefined) return { route: name, name: 'unknown', inFlight: 0, models: [] };
    return { ...state, models: state.models.map((model) => ({ ...model })) };
  });
}

function toCredential(
  view: CredentialView,
  activity: readonly Activity[] | undefined,
  routes: AdminServices['routes'],
): Credential {
  const { credential, lastUsedAt, state, credits } = view;
  return {
    id: credential.id,
    label: credential.label,
    email: credential.email,
    maskedToken: maskSecret(credential.token, 4),
    tokenExpiresAt: credential.tokenExpiresAt,
    cloudId: credential.cloudId,
    enabled: credential.enabled,
    draining: credential.draining,
    weight: credential.weight,
    maxConcurrency: credential.maxConcurrency,
    createdAt: credential.createdAt,
    lastUsedAt,
    state: { ...state, routes: toRoutes(state.routes, routes) },
    credits,
    activity: activity === undefined ? quietDay() : activity.map((hour) => ({ ...hour })),
  };
}

/** Treats an empty site as no site. */
function withoutBlanks<Input extends { readonly cloudId?: string | null }>(input: Input): Input {
  return input.cloudId === '' ? { ...input, cloudId: null } : input;
}

const quietDay = () => Array.from({ length: activityHours }, () => ({ requests: 0, failures: 0 }));

const toTest = (result: CredentialTestResult): CredentialTest => ({ ...result, sites: [...result.sites] });
