import { consolePath } from './console-path.ts';

/** A part of the console that the gateway no longer has, usually because it was updated. A reload helps. */
export class MissingPartError extends Error {
  override readonly name = 'MissingPartError';
}

interface LoadPartOptions {
  readonly isReachable?: () => Promise<boolean>;
  /** Milliseconds between two checks of whether the gateway is back. */
  readonly interval?: number;
}

/**
 * Loads code with `import()`. While the gateway is unreachable, it waits and tries again.
 *
 * @throws MissingPartError if the gateway answers but does not have the code
 */
export async function loadPart<Part>(load: () => Promise<Part>, options: LoadPartOptions = {}): Promise<Part> {
  const { isReachable = respondsToHead, interval = 2000 } = options;
  try {
    return await load();
  } catch {
    while (!(await isReachable())) await new Promise((resolve) => setTimeout(resolve, interval));
  }
  await reloadFailedStyles();
  try {
    return await load();
  } catch (cause) {
    throw new MissingPartError('A part of the console could not be loaded', { cause });
  }
}

async function respondsToHead(): Promise<boolean> {
  try {
    const { status } = await fetch(consolePath, { method: 'HEAD', cache: 'no-store' });
    // A reverse proxy answers 502 to 504 for a stopped gateway.
    return status < 500;
  } catch {
    return false;
  }
}

/** Vite adds a part's style sheet to the page only once, even if it cannot be loaded. */
const failedStyles = new Set<HTMLLinkElement>();
if (typeof document !== 'undefined') {
  // Error events of elements do not bubble.
  document.addEventListener(
    'error',
    ({ target }) => target instanceof HTMLLinkElement && failedStyles.add(target),
    true,
  );
}

async function reloadFailedStyles(): Promise<void> {
  const links = [...failedStyles];
  failedStyles.clear();
  await Promise.all(
    links.map((link) => {
      const again = link.cloneNode();
      const settled = new Promise((resolve) => {
        again.addEventListener('load', resolve);
        again.addEventListener('error', resolve);
      });
      link.replaceWith(again);
      return settled;
    }),
  );
}
