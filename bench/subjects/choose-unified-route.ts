import { modelAsked } from '../upstream/answers.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Leaves the measured model only its unified route, which the bench's upstream speaks, through the admin API
 * like an owner. Old checkouts have no other routes.
 */
export async function chooseUnifiedRoute(port: number, adminPassword: string): Promise<void> {
  const api = `http://127.0.0.1:${port}/admin/api`;
  const login = await send(`${api}/login`, 'POST', { password: adminPassword });
  const headers = { cookie: login.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' };
  const listed: { readonly models: readonly Json[] } = Object(
    await (await send(`${api}/models`, 'GET', undefined, headers)).json(),
  );
  const endpoints: unknown = listed.models.find(({ id }) => id === modelAsked)?.endpoints;
  if (!Array.isArray(endpoints)) return;
  const chosen = endpoints.map((endpoint: Json) => ({ ...endpoint, enabled: endpoint.route === 'unified' }));
  await send(`${api}/models/${encodeURIComponent(modelAsked)}`, 'PATCH', { endpoints: chosen }, headers);
}

async function send(url: string, method: string, body?: Json, headers: Record<string, string> = {}): Promise<Response> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...json },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}
