import type { Behaviour } from '../behaviour.ts';

/** Whether the `content` knob leaves out what the answer says. */
export function leavesContentOut({ content }: Behaviour): boolean {
  return content === 'null' || content === 'absent' || content === 'empty';
}
