import type { RequestHead } from './dialect.ts';

/** The query parameter for a model that a client names in its path, as Azure's and Vertex AI's clients do. */
export const deploymentParameter = 'deployment';

/** Reads the model that the path named. Bodies of such requests leave it out, or empty. */
export function readNamedModel({ query }: RequestHead): string | undefined {
  return query.get(deploymentParameter) ?? undefined;
}
