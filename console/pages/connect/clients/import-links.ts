import { type Connection, toHost } from './client.ts';

/** The gateway's name in the clients. */
const name = 'Atlassian';

/**
 * Cherry Studio: `cherrystudio://providers/api-keys`. Its Base64 has `_` for `+` and `-` for `/`. It adds `/v1` itself.
 */
export function linkCherryStudio({ baseUrl, key }: Connection): string {
  const provider = { id: 'atlassian-proxy', name, type: 'openai', baseUrl: toHost(baseUrl), apiKey: key };
  const data = toBase64(provider).replaceAll('+', '_').replaceAll('/', '-');
  return `cherrystudio://providers/api-keys?v=1&data=${encodeURIComponent(data)}`;
}

/** Chatbox: `chatbox://provider/import`. */
export function linkChatbox({ baseUrl, key, models }: Connection): string {
  const host = toHost(baseUrl);
  const provider = {
    id: 'atlassian-proxy',
    name,
    type: 'openai',
    urls: { website: host },
    settings: {
      apiHost: host,
      apiPath: '/v1/chat/completions',
      apiKey: key,
      models: models.map((modelId) => ({ modelId, type: 'chat', capabilities: ['tool_use', 'vision'] })),
    },
  };
  return `chatbox://provider/import?config=${encodeURIComponent(toBase64(provider))}`;
}

/** DeepChat: `deepchat://provider/install`, adds a new provider. */
export function linkDeepChat({ baseUrl, key }: Connection): string {
  const provider = { name, type: 'openai-completions', baseUrl, apiKey: key };
  return `deepchat://provider/install?v=1&data=${encodeURIComponent(toBase64(provider))}`;
}

/** CC Switch: `ccswitch://v1/import`, one link per program that it manages. */
export function linkCcSwitch(app: 'claude' | 'codex' | 'gemini', { baseUrl, key, model }: Connection): string {
  const search = new URLSearchParams({
    resource: 'provider',
    app,
    name,
    homepage: toHost(baseUrl),
    endpoint: app === 'codex' ? baseUrl : toHost(baseUrl),
    apiKey: key,
    model,
    enabled: 'true',
  });
  // It does not decode `+` as a space.
  return `ccswitch://v1/import?${search.toString().replaceAll('+', '%20')}`;
}

/** LobeChat reads settings from its URL. @param address LobeChat's address */
export function linkLobeChat({ baseUrl, key }: Connection, address: string): string {
  const settings = { keyVaults: { openai: { apiKey: key, baseURL: baseUrl } } };
  return `${trim(address)}/?settings=${encodeURIComponent(JSON.stringify(settings))}`;
}

/** NextChat reads settings from the fragment of its URL. @param address NextChat's address */
export function linkNextChat({ baseUrl, key }: Connection, address: string): string {
  const settings = { key, url: toHost(baseUrl) };
  return `${trim(address)}/#/?settings=${encodeURIComponent(JSON.stringify(settings))}`;
}

function trim(address: string): string {
  return address.endsWith('/') ? address.slice(0, -1) : address;
}

/** UTF-8 JSON as standard Base64. */
function toBase64(value: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
