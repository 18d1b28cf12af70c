import type { JsonSchema } from '../../conversation/request.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';

/** What a model needs to know of a tool. */
interface ToolDescription {
  readonly description: string;
  readonly parameters: JsonSchema;
}

const text = (description: string) => ({ type: 'string', description });
const place = {
  type: 'array',
  items: { type: 'integer' },
  minItems: 2,
  maxItems: 2,
  description: 'x and y in pixels from the upper left corner.',
};
const lines = { ...place, description: 'First and last line to view, from 1; -1 is the last line of the file.' };

function commands(names: readonly string[], properties: JsonRecord, required: readonly string[]): JsonSchema {
  const command = { type: 'string', enum: names, description: 'What to do.' };
  return { type: 'object', properties: { command, ...properties }, required: ['command', ...required] };
}

const edits = {
  path: text('Path of the file or directory.'),
  view_range: lines,
  file_text: text('For create: the content of the file.'),
  old_str: text('For str_replace: the text to replace, which occurs exactly once.'),
  new_str: text('For str_replace: the new text.'),
  insert_line: { type: 'integer', description: 'For insert: the number of the line to insert after, or 0.' },
};
const actions = [
  ...['screenshot', 'cursor_position', 'mouse_move', 'left_click', 'right_click', 'middle_click', 'double_click'],
  ...['triple_click', 'left_click_drag', 'left_mouse_down', 'left_mouse_up', 'scroll', 'key', 'hold_key', 'type'],
  'wait',
];

/**
 * The vendor's tools that the client runs, by the type without its date. Claude knows them by their types; other models get
 * the parameters that the vendor documents (https://platform.claude.com/docs/agents-and-tools/tool-use/).
 */
const descriptions: Readonly<Record<string, (tool: JsonRecord) => ToolDescription>> = {
  bash: () => ({
    description: 'Runs a command in a persistent bash session and returns its output.',
    parameters: {
      type: 'object',
      properties: { command: text('The command.'), restart: { type: 'boolean', description: 'Restarts the session.' } },
    },
  }),
  text_editor: ({ name }) => ({
    description: 'Views, creates and edits text files.',
    parameters: commands(
      // The first versions have another name and can undo.
      ['view', 'create', 'str_replace', 'insert', ...(name === 'str_replace_editor' ? ['undo_edit'] : [])],
      { ...edits, insert_text: text('For insert: the text.') },
      ['path'],
    ),
  }),
  memory: () => ({
    description:
      'Keeps notes between conversations as files in the directory /memories. View the directory before you begin a task, and note what will be useful later.',
    parameters: commands(
      ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'],
      {
        ...edits,
        insert_text: text('For insert: the text.'),
        old_path: text('For rename: the present path.'),
        new_path: text('For rename: the new path.'),
      },
      [],
    ),
  }),
  computer: ({ display_width_px: width, display_height_px: height }) => ({
    description: `Uses a computer with mouse, keyboard and screenshots. The screen has ${width} × ${height} pixels.`,
    parameters: {
      type: 'object',
      properties: {
        action: { type: 'string', enum: actions, description: 'What to do.' },
        coordinate: place,
        start_coordinate: { ...place, description: 'For left_click_drag: where to begin.' },
        text: text('The text to type, or the keys to press, such as ctrl+s.'),
        scroll_direction: { type: 'string', enum: ['up', 'down', 'left', 'right'] },
        scroll_amount: { type: 'integer', description: 'Number of clicks of the wheel.' },
        duration: { type: 'number', description: 'For hold_key and wait: seconds.' },
      },
      required: ['action'],
    },
  }),
};

/** The description of a tool of the vendor that the client runs; undefined for all other tools. */
export function describeClientTool(tool: unknown): ToolDescription | undefined {
  if (!isRecord(tool) || typeof tool.type !== 'string') return undefined;
  const kind = /^([a-z_]+)_\d{8}$/.exec(tool.type)?.[1];
  return kind === undefined ? undefined : ownEntry(descriptions, kind)?.(tool);
}

/** True for a tool of the vendor that the client runs. */
export function isClientTool(tool: unknown): boolean {
  return describeClientTool(tool) !== undefined;
}
