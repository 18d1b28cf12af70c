/** One way to a model: an upstream route, and the id by which that route knows the model. */
export interface Endpoint {
  readonly route: string;
  readonly upstreamModel: string;
}

export function isSameEndpoint(left: Endpoint, right: Endpoint): boolean {
  return left.route === right.route && left.upstreamModel === right.upstreamModel;
}
