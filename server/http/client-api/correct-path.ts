import { dialects } from '../../dialects/index.ts';
import { deploymentParameter } from '../../dialects/named-model.ts';
import { groupEndpoints } from './endpoint-table.ts';

/** An endpoint's path, without its version. */
interface ServedPath {
  readonly method: string;
  /** Like `v1`. */
  readonly version: string;
  /** Like `models`, or `models/` if anything may follow. */
  readonly rest: string;
}

const served: readonly ServedPath[] = groupEndpoints(dialects).map(({ method, path }) => {
  const [, version = ''] = path.split('/', 2);
  return { method, version, rest: path.slice(version.length + 2).replace(/\*$/, '') };
});
// Google's clients name this version for Vertex AI.
const versions = new Set([...served.map(({ version }) => version), 'v1beta1']);
/** The segments between the version and `models/` in paths of Vertex AI. */
const vertexPlace = /^\/(v1|v1beta1)\/(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\/(?=models\/)/;
/** A Claude model's path of Vertex AI, also behind LiteLLM's prefix or without the version. */
const vertexClaude =
  /^(?:\/vertex_ai)?(?:\/v1|\/v1beta1)?\/(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/anthropic\/models\/([^/]+):(?:streamR|r)awPredict$/;
/** The name that Vertex AI's path has for counting tokens, in place of a model. */
const vertexCount = 'count-tokens';
const exactPaths = new Set(
  served.filter(({ rest }) => !rest.endsWith('/')).map(({ version, rest }) => `/${version}/${rest}`),
);

/** Path prefixes of other services: LiteLLM (names of APIs and vendors), OpenRouter, DeepSeek, DashScope, Azure. */
const services: ReadonlySet<string> = new Set([
  ...dialects.map(({ name }) => name),
  ...['api', 'openai', 'anthropic', 'google', 'compatible-mode'],
]);
/** Clients append an endpoint's path to a base URL that already ends in one. */
const endpointNames: ReadonlySet<string> = new Set(['chat', 'completions', 'responses', 'messages']);

/**
 * Corrects the path of a client whose base URL lacks the version, repeats it, ends in a slash or in an endpoint's path, or
 * has a prefix of another service: the usual mistakes when a client is set up, because some clients add the version and
 * others do not. The paths of Google's clients for Vertex AI become those of the Gemini API, and those of Azure's clients
 * (`/openai/deployments/gpt-5.1/chat/completions`) those of OpenAI. Those of Claude on Vertex AI
 * (`…/publishers/anthropic/models/claude-sonnet-4-5:rawPredict`) become those of the Messages API.
 *
 * @param url a request's path and query
 * @returns an endpoint's path with the query; other URLs as they are
 */
export function correctPath(method: string, url: string): string {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (exactPaths.has(path)) return url;
  const query = url.slice(path.length);
  const claude = vertexClaude.exec(path)?.[1];
  if (claude === vertexCount) return `/v1/messages/count_tokens${query}`;
  if (claude !== undefined) return withDeployment(`/v1/messages${query}`, claude);
  const segments = path
    .replace(vertexPlace, '/v1beta/')
    .split('/')
    .filter((segment) => segment !== '');
  const found = findEndpoint(method, segments);
  if (found === undefined) return url;
  const corrected = `/${found.version}/${found.rest}${query}`;
  return found.deployment === undefined ? corrected : withDeployment(corrected, found.deployment);
}

/** @param name percent-encoded for a path */
function withDeployment(url: string, name: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${deploymentParameter}=${name.replaceAll('+', '%2B')}`;
}

interface FoundEndpoint {
  readonly version: string;
  readonly rest: string;
  readonly deployment?: string | undefined;
}

/**
 * Prefers an endpoint with this method, and one with exactly this path. One with another method is found too, for its error
 * and for preflights.
 */
function findEndpoint(method: string, segments: readonly string[]): FoundEndpoint | undefined {
  const found = endpointPlaces(segments).flatMap((place) => servedAt(method, segments, place));
  const matching = found.filter((each) => each.method === method);
  return matching.find(({ version, rest }) => exactPaths.has(`/${version}/${rest}`)) ?? matching[0] ?? found[0];
}

interface EndpointPlace {
  /** The index of the endpoint's first segment. */
  readonly start: number;
  readonly deployment?: string;
}

/** The positions where an endpoint's path may begin: everything before it can be left out. */
function endpointPlaces(segments: readonly string[]): readonly EndpointPlace[] {
  const places: EndpointPlace[] = [];
  for (const [start, segment] of segments.entries()) {
    places.push({ start });
    const end = segment === 'deployments' ? segments.indexOf('chat', start + 2) : -1;
    if (end !== -1) return [...places, { start: end, deployment: segments.slice(start + 1, end).join('/') }];
    if (!versions.has(segment) && !services.has(segment) && !endpointNames.has(segment)) break;
  }
  return places;
}

/** The endpoints of one place. Prefers the version in the path. */
function servedAt(
  method: string,
  segments: readonly string[],
  { start, deployment }: EndpointPlace,
): readonly (FoundEndpoint & { readonly method: string })[] {
  const rest = segments.slice(start).join('/');
  const version = segments[start - 1];
  const matching = served.filter((each) => (each.rest.endsWith('/') ? rest.startsWith(each.rest) : rest === each.rest));
  const found =
    matching.find((each) => each.version === version && each.method === method) ??
    matching.find((each) => each.method === method) ??
    matching.find((each) => each.version === version) ??
    matching[0];
  return found === undefined ? [] : [{ version: found.version, method: found.method, rest, deployment }];
}
