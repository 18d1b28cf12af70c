import { setTimeout as sleep } from 'node:timers/promises';
import { checkAnswer } from '../pool/load.ts';
import { replicaHeader } from './balancer.ts';

/** The address and keys for the load. */
export interface Target {
  readonly origin: string;
  readonly model: string;
  readonly freeKey: string;
  /** A key with limits. */
  readonly limitedKey: string;
}

/** The outcome of a request. */
export interface Answer {
  /** The gateway's request id; undefined if there was none. */
  readonly id: string | undefined;
  readonly isLimited: boolean;
  /** Address of the replica that answered, or was tried last. */
  readonly replica: string | undefined;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly endedAt: number;
  /** `refused`: by the key's own limits. */
  readonly outcome: 'answered' | 'refused' | 'failed';
  readonly problem: string | undefined;
}

/** After a refusal; milliseconds. */
const patience = 200;

/** Requests in a closed loop, with one worker per concurrent request. */
export class Load {
  readonly answers: Answer[] = [];
  readonly #target: Target;
  #next = 0;
  /** Running requests by the time they were sent. */
  readonly #running = new Map<number, number>();

  constructor(target: Target) {
    this.#target = target;
  }

  async run(requests: number, workers: { readonly free: number; readonly limited: number }): Promise<void> {
    const end = this.#next + requests;
    const work = async (isLimited: boolean) => {
      while (this.#next < end) {
        const { outcome } = await this.#ask(isLimited);
        if (outcome === 'refused') await sleep(patience);
      }
    };
    const { free, limited } = workers;
    await Promise.all(Array.from({ length: free + limited }, (_, index) => work(index < limited)));
  }

  /** Resolves when this many are done. */
  async reaches(count: number): Promise<void> {
    while (this.answers.length < count) await sleep(20);
  }

  /** Resolves when all requests running at this time are done. */
  async hasEnded(sentBefore: number): Promise<void> {
    while ([...this.#running.values()].some((sentAt) => sentAt <= sentBefore)) await sleep(20);
  }

  async #ask(isLimited: boolean): Promise<Answer> {
    const number = this.#next++;
    const sentAt = Date.now();
    this.#running.set(number, sentAt);
    const answer = { isLimited, sentAt, ...(await this.#send(number, isLimited)), endedAt: Date.now() };
    this.#running.delete(number);
    this.answers.push(answer);
    return answer;
  }

  async #send(number: number, isLimited: boolean): Promise<Pick<Answer, 'id' | 'replica' | 'outcome' | 'problem'>> {
    const { origin, model, freeKey, limitedKey } = this.#target;
    const stream = number % 2 === 0;
    // All have the same length and therefore the same price.
    const question = `question ${String(number).padStart(4, '0')}`;
    let id: string | undefined;
    let replica: string | undefined;
    try {
      const response = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${isLimited ? limitedKey : freeKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, stream, max_tokens: 50, messages: [{ role: 'user', content: question }] }),
      });
      id = response.headers.get('x-request-id') ?? undefined;
      replica = response.headers.get(replicaHeader) ?? undefined;
      const text = await response.text();
      if (isLimited && response.status === 429) return { id, replica, outcome: 'refused', problem: undefined };
      const problem =
        response.status === 200 ? checkAnswer(text, stream, question) : `${response.status} ${text.slice(0, 200)}`;
      return { id, replica, outcome: problem === undefined ? 'answered' : 'failed', problem };
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? ` (${error.cause})` : '';
      return { id, replica, outcome: 'failed', problem: `${error}${cause}` };
    }
  }
}
