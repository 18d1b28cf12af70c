/** Docker's host name for the machine that runs the container. */
export const dockerHost = 'host.docker.internal';

/** True for a loopback address. */
export function pointsAtItself(url: string): boolean {
  const name = hostName(url);
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** The base URL for a program in a container, where `localhost` is the container itself. */
export function seenFromContainer(baseUrl: string): string {
  if (!pointsAtItself(baseUrl)) return baseUrl;
  const url = new URL(baseUrl);
  url.hostname = dockerHost;
  return url.href.replace(/\/$/, '');
}

/** True for an address that is not reachable from the internet: loopback or private. */
export function isPrivate(url: string): boolean {
  const name = hostName(url);
  return (
    pointsAtItself(url) ||
    !name.includes('.') ||
    /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(name) ||
    /^\[f[cd]/.test(name) ||
    /\.(?:local|internal|lan|home)$/.test(name)
  );
}

/** True for an http or https URL. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** In lower case; IPv6 in brackets. */
function hostName(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
