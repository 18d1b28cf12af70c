import { dialects } from '../../dialects/index.ts';
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
/** What the paths of Vertex AI have between the version and `models/`. */
const vertexPlace = /^\/(v1|v1beta1)\/(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\/(?=models\/)/;
const exactPaths = new Set(
  served.filter(({ rest }) => !rest.endsWith('/')).map(({ version, rest }) => `/${version}/${rest}`),
);

/**
 * Corrects the path of a client whose base URL lacks the version, repeats it, or ends in a slash: the usual mistakes when
 * a client is set up, because some clients add the version and others do not. The paths of Google's clients for Vertex AI
 * become those of the Gemini API.
 *
 * @param url a request's path and query
 * @returns an endpoint's path with the query; other URLs as they are
 */
export function correctPath(method: string, url: string): string {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (exactPaths.has(path)) return url;
  const segments = path
    .replace(vertexPlace, '/v1beta/')
    .split('/')
    .filter((segment) => segment !== '');
  const start = segments.findIndex((segment) => !versions.has(segment));
  if (start === -1) return url;
  const rest = segments.slice(start).join('/');
  const found = findServed(method, segments[start - 1], rest);
  return found === undefined ? url : `/${found.version}/${rest}${url.slice(path.length)}`;
}

/** Prefers the version in the path. A path with another method is found too, for its error and for preflights. */
function findServed(method: string, version: string | undefined, rest: string): ServedPath | undefined {
  const matching = served.filter((each) => (each.rest.endsWith('/') ? rest.startsWith(each.rest) : rest === each.rest));
  return (
    matching.find((each) => each.version === version && each.method === method) ??
    matching.find((each) => each.method === method) ??
    matching.find((each) => each.version === version) ??
    matching[0]
  );
}
