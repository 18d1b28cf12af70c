/** Something that answers Chat Completions calls and is measured. */
export type SubjectName = 'gateway' | 'nginx' | 'portkey';

export interface RunningSubject extends AsyncDisposable {
  readonly name: SubjectName;
  readonly port: number;
  /** The process that does the work, whose processor time and memory count. */
  readonly pid: number;
  /** Headers a client must send. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SubjectSettings {
  /** Folder for files and logs of this run. */
  readonly folder: string;
  readonly upstreamPort: number;
  /** The project whose gateway is measured. */
  readonly project: string;
  /** More of the gateway's settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options for the measured Node, such as those that profile it. */
  readonly nodeOptions: readonly string[];
}

export type StartSubject = (settings: SubjectSettings) => Promise<RunningSubject>;

export const chatPath = '/v1/chat/completions';

/** Whether something listens and answers HTTP at all. */
export async function answers(port: number): Promise<true> {
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  return true;
}
