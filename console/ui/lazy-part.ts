import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { loadPart } from '../load-part.ts';

/** A component whose code is loaded when it first renders. Like React's `lazy`, it suspends until then. */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await loadPart(load) }));
}
