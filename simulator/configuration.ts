import type { Prompt } from './answer/prompt.ts';
import {
  type Behaviour,
  mergeSettings,
  readEmailTags,
  readSettingsText,
  type Settings,
  type SettingsReading,
  toBehaviour,
} from './behaviour.ts';

/** The places in a request that can contain knobs. */
export type SettingsSources = {
  readonly email: string;
  /** Model id without its suffix; empty for account requests. */
  readonly model: string;
  readonly modelSuffix: string;
  readonly header: string;
};

export type BehaviourChoice =
  | { readonly ok: true; readonly settings: Settings; readonly behaviour: Behaviour }
  | { readonly ok: false; readonly problem: string };

/** The knobs set through control, and how they combine with those in a request. */
export class Configuration {
  default: Settings = {};
  readonly models = new Map<string, Settings>();
  readonly credentials = new Map<string, Settings>();
  /** Knobs for the next model requests, one each, in this order. */
  readonly next: Settings[] = [];
  /** What the model does in a tool loop, see `stepOf`. */
  script: readonly Settings[] = [];

  clear(): void {
    this.default = {};
    this.models.clear();
    this.credentials.clear();
    this.next.length = 0;
    this.script = [];
  }

  /**
   * The behaviour for a request. In ascending priority: default, model, credential (all set through control), tags of
   * the email, suffix of the model, header `x-simulate`, and the next entry of `next`, which a model request consumes.
   */
  choose(sources: SettingsSources): BehaviourChoice {
    const written: readonly SettingsReading[] = [
      readEmailTags(sources.email),
      readSettingsText(sources.modelSuffix, `model ${sources.model}`),
      readSettingsText(sources.header, 'header x-simulate'),
    ];
    const layers = [this.default, this.models.get(sources.model) ?? {}, this.credentials.get(sources.email) ?? {}];
    for (const reading of written) {
      if (!reading.ok) return reading;
      layers.push(reading.settings);
    }
    if (sources.model !== '') layers.push(this.next.shift() ?? {});
    const settings = mergeSettings(...layers);
    return { ok: true, settings, behaviour: toBehaviour(settings) };
  }

  /**
   * The script's knobs for a request: those of the current step, which is determined by the number of tool
   * results in the conversation. A step with a tool name calls that tool, any other step calls none. Requests without
   * tools ignore the script.
   */
  stepOf({ tools, resultCount }: Pick<Prompt, 'tools' | 'resultCount'>): Settings {
    const step = this.script[Math.min(resultCount, this.script.length - 1)];
    if (step === undefined || tools.length === 0) return {};
    return { 'tool-calls': step['tool-name'] === undefined ? 'never' : 'always', ...step };
  }
}
