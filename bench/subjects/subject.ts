/** A measured program that answers Chat Completions calls. */
export type SubjectName = 'gateway' | 'nginx' | 'portkey';

export interface RunningSubject extends AsyncDisposable {
  readonly name: SubjectName;
  readonly port: number;
  /** The measured process. */
  readonly pid: number;
  /** Required headers of a request. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SubjectSettings {
  /** Folder for files and logs of this run. */
  readonly folder: string;
  readonly upstreamPort: number;
  /** The checkout whose gateway is measured. */
  readonly project: string;
  /** Additional gateway settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options for the measured Node process, such as profiling. */
  readonly nodeOptions: readonly string[];
}

export type StartSubject = (settings: SubjectSettings) => Promise<RunningSubject>;

export const chatPath = '/v1/chat/completions';

/** Whether the port answers HTTP. */
export async function answers(port: number): Promise<true> {
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  return true;
}
