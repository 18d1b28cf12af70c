import type { AlertSettings } from '../../contract/alerts.ts';
import type { Serial } from '../lib/serial.ts';
import { type AlertMemory, decideAlerts, splitMemory, writeMemory } from './alert-memory.ts';
import type { AlertStore, StoredChannel } from './alert-store.ts';
import { type Facts, findConditions } from './find-conditions.ts';
import type { LoadedAlerts } from './load-alerts.ts';
import type { Outbox, Send } from './outbox.ts';
import { type MessageContext, writeAlert, writeEnd } from './write-message.ts';

export interface AlertCheckOptions {
  readonly store: Pick<AlertStore, 'saveMemory'>;
  readonly load: () => Promise<LoadedAlerts>;
  readonly readFacts: (settings: AlertSettings) => Promise<Facts>;
  /** Only one of several replicas checks. */
  readonly claimDuty: () => Promise<boolean>;
  readonly outbox: Outbox;
  /** Shared with the edits of channels and settings. */
  readonly inTurn: Serial;
  readonly contextOf: (settings: AlertSettings) => MessageContext;
  readonly sendWith: (settings: AlertSettings) => Send;
}

/** The enabled channels to send messages to, as of one check. */
interface Check {
  readonly channels: readonly StoredChannel[];
  readonly settings: AlertSettings;
  /** Why the check's decision could not be stored; undefined if it was. */
  readonly failure: unknown;
}

const minute = 60_000;

/** Reports conditions that are new or over, also while the database does not respond. */
export class AlertCheck {
  readonly #options: AlertCheckOptions;
  /** As last loaded or decided, for the time when the database does not respond. */
  #known: LoadedAlerts | undefined;
  /** False while the memory could not be stored. Without it, each check would report the same conditions. */
  #isStored = true;

  constructor(options: AlertCheckOptions) {
    this.#options = options;
  }

  /** Sends outside of the turn, because channels and settings can be edited while a server does not respond. */
  async checkAndSend(): Promise<void> {
    const { inTurn, outbox, sendWith } = this.#options;
    const due = await inTurn(() => this.#decide());
    if (due === undefined) return;
    await outbox.send(due.channels, sendWith(due.settings));
    if (due.failure !== undefined) throw due.failure;
  }

  /** Decides what to report, and puts it into the outbox. @returns undefined if there is nothing to send */
  async #decide(): Promise<Check | undefined> {
    const { claimDuty, readFacts, outbox, contextOf } = this.#options;
    if (!(await claimDuty())) {
      // Another replica decides, and stores its own memory.
      this.#isStored = true;
      return undefined;
    }
    const state = await this.#loadIfPossible();
    const { channels, settings } = state;
    const open = channels.filter(({ enabled }) => enabled);
    // Without channels, nothing is reported yet. Conditions that still hold are reported once there is a channel.
    if (open.length === 0) return undefined;
    const context = contextOf(settings);
    const facts = await readFacts(settings);
    const [judged, others] = splitMemory(state.memory, ({ rule }) => facts.isComplete || rule === 'storage');
    const conditions = findConditions(facts, settings.rules);
    const decision = decideAlerts(judged, conditions, context.now, settings.quietMinutes * minute);
    // Save before sending: a gateway that crashes while sending must not report the same conditions again and again.
    const memory = new Map([...others, ...decision.memory]);
    this.#known = { ...state, memory };
    const failure = await this.#save(memory);
    for (const message of [writeAlert(decision.raised, context), writeEnd(decision.ended, context)]) {
      if (message !== undefined) outbox.add(open, message);
    }
    return { channels: open, settings, failure };
  }

  async #loadIfPossible(): Promise<LoadedAlerts> {
    try {
      const loaded = await this.#options.load();
      this.#known = this.#isStored || this.#known === undefined ? loaded : { ...loaded, memory: this.#known.memory };
    } catch (error) {
      if (this.#known === undefined) throw error;
    }
    return this.#known;
  }

  /** The trouble of a database that cannot store anything has to be reported, too. @returns why it was not stored */
  async #save(memory: AlertMemory): Promise<unknown> {
    this.#isStored = false;
    try {
      await this.#options.store.saveMemory(writeMemory(memory));
      this.#isStored = true;
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
