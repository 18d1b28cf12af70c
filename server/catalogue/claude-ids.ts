/**
 * The same Claude model has different ids on Vertex and Bedrock (protocol notes, section 3):
 *
 * | Vertex                                  | Bedrock                                        |
 * |-----------------------------------------|------------------------------------------------|
 * | `claude-sonnet-4@20250514`              | `anthropic.claude-sonnet-4-20250514-v1:0`      |
 * | `claude-3-5-sonnet-v2@20241022`         | `anthropic.claude-3-5-sonnet-20241022-v2:0`    |
 * | `claude-opus-4-6`                       | `anthropic.claude-opus-4-6-v1`                 |
 */

/** @returns undefined unless the id is a Vertex id of a Claude model */
export function toBedrockId(vertexId: string): string | undefined {
  // Anthropic's own ids have a hyphen before the date.
  const dated = /^(claude-[a-z0-9-]+?)(?:-v(\d))?[@-](\d{8})$/.exec(vertexId);
  if (dated !== null) return `anthropic.${dated[1]}-${dated[3]}-v${dated[2] ?? '1'}:0`;
  return /^claude-[a-z0-9-]+$/.test(vertexId) ? `anthropic.${vertexId}-v1` : undefined;
}

/** Drops a region prefix (`us.`). @returns undefined unless the id is a Bedrock id of a Claude model */
export function toVertexId(bedrockId: string): string | undefined {
  const name = /^(?:[a-z]{2,6}\.)?anthropic\.(claude-[a-z0-9-]+)(?::\d+)?$/.exec(bedrockId)?.[1];
  if (name === undefined) return undefined;
  const dated = /^(claude-[a-z0-9-]+)-(\d{8})-v(\d)$/.exec(name);
  if (dated !== null) return `${dated[1]}${dated[3] === '1' ? '' : `-v${dated[3]}`}@${dated[2]}`;
  return name.replace(/-v1$/, '');
}
