/** One way to reach a model: an upstream route and the model's id on that route. */
export interface Endpoint {
  readonly route: string;
  readonly upstreamModel: string;
}

export function isSameEndpoint(left: Endpoint, right: Endpoint): boolean {
  return left.route === right.route && left.upstreamModel === right.upstreamModel;
}
