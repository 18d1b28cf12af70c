import type { StoreFailure } from '../../store-failure.ts';
import { toStoreFailure } from './failure.ts';
import type { QueryAnswer, WorkerMessage, WorkerRequest } from './protocol.ts';

/** Pending requests to one thread. */
export interface Requests {
  /** @throws StoreFailure; once the thread has ended, the failure that it ended with */
  ask(request: RequestBody): Promise<QueryAnswer>;
  /** Settles the pending request that an answer or error belongs to. */
  settle(message: Extract<WorkerMessage, { readonly id: number }>): void;
  /** Fails all pending and future requests. */
  end(failure: StoreFailure): void;
}

export type RequestBody = WorkerRequest extends infer Request
  ? Request extends unknown
    ? Omit<Request, 'id'>
    : never
  : never;

/** @param path the database file, for error messages */
export function createRequests(post: (request: WorkerRequest) => void, path: string): Requests {
  const pending = new Map<number, PromiseWithResolvers<QueryAnswer>>();
  let lastId = 0;
  let ended: StoreFailure | undefined;
  return {
    async ask(request) {
      if (ended !== undefined) throw ended;
      lastId += 1;
      const answer = Promise.withResolvers<QueryAnswer>();
      pending.set(lastId, answer);
      post({ ...request, id: lastId });
      return answer.promise;
    },
    settle(message) {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (message.kind === 'answer') waiting?.resolve(message.answer);
      else waiting?.reject(toStoreFailure(message.error, path));
    },
    end(failure) {
      ended = failure;
      for (const { reject } of pending.values()) reject(failure);
      pending.clear();
    },
  };
}
