import { type ComponentType, Suspense } from 'react';
import { lazyPart } from './lazy-part.ts';

/** A dialog whose code is loaded when it first opens. */
export function lazyDialog<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Dialog = lazyPart(load);
  return function LazyDialog(props: Props) {
    return (
      <Suspense fallback={null}>
        <Dialog {...props} />
      </Suspense>
    );
  };
}
