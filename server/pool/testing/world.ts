import type { Fault } from '../../conversation/failure.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { Grant } from '../core/grant.ts';
import { TriedEndpoints } from '../core/tried-endpoints.ts';
import { CoreHarness, slotSettings } from './core-harness.ts';

/** The true state of a pair of credential and route. */
export type Door = 'open' | 'refuses' | 'lacks-model' | 'throttles' | 'fails' | 'hangs';

const faultOf: Readonly<Record<Exclude<Door, 'open'>, Fault>> = {
  refuses: 'route',
  'lacks-model': 'route',
  throttles: 'rate',
  fails: 'transient',
  hangs: 'timeout',
};

export interface Answer {
  readonly answered: boolean;
  readonly grants: readonly Grant[];
}

/** A core with simulated routes per credential, and requests that fail over as an exchange does. */
export class World {
  readonly harness: CoreHarness;
  readonly credentials: readonly string[];
  readonly #doors = new Map<string, Door>();
  /** Whether an attempt meets the configured door; false for attempts that find it open. */
  shows: (endpoint: Endpoint, credentialId: string) => boolean = () => true;

  constructor(size: number, settings: ConstructorParameters<typeof CoreHarness>[1] = {}, random?: () => number) {
    this.credentials = Array.from({ length: size }, (_, at) => `c${at}`);
    this.harness = new CoreHarness(
      this.credentials.map((id) => slotSettings(id)),
      { maxAttempts: Math.max(5, size), queueTimeout: 30_000, ...settings },
      random,
    );
  }

  set(credentialId: string, route: string, door: Door): void {
    this.#doors.set(`${credentialId} ${route}`, door);
  }

  setAll(route: string, door: Door): void {
    for (const id of this.credentials) this.set(id, route, door);
  }

  door(credentialId: string, route: string): Door {
    return this.#doors.get(`${credentialId} ${route}`) ?? 'open';
  }

  /** Whether any credential can answer. */
  canAnswer(endpoints: readonly Endpoint[]): boolean {
    return this.credentials.some((id) => endpoints.some(({ route }) => this.door(id, route) === 'open'));
  }

  /** Ends an attempt according to its door. @returns whether it was answered */
  end(grant: Grant): boolean {
    const id = grant.slot.settings.id;
    const door = this.door(id, grant.endpoint.route);
    if (door === 'open' || !this.shows(grant.endpoint, id)) {
      this.harness.succeed(grant);
      return true;
    }
    this.harness.fail(grant, faultOf[door], { scope: door === 'lacks-model' ? 'model' : 'route' });
    return false;
  }

  /** Runs one request from start to end, with no other requests. */
  ask(endpoints: readonly Endpoint[]): Answer {
    const { harness } = this;
    const exclude = new TriedEndpoints();
    const grants: Grant[] = [];
    for (;;) {
      const grant = this.#await(endpoints, exclude);
      if (grant === undefined) return { answered: false, grants };
      grants.push(grant);
      harness.now += 50;
      if (this.end(grant)) return { answered: true, grants };
      exclude.add(grant.slot.settings.id, grant.endpoint);
    }
  }

  /** A grant, after queueing if necessary. */
  #await(endpoints: readonly Endpoint[], exclude: TriedEndpoints): Grant | undefined {
    const { harness } = this;
    const asked = harness.request({ endpoints, exclude });
    if ('sequence' in asked) return asked;
    if ('availableAt' in asked) return undefined;
    harness.settled.length = 0;
    while (harness.settled.length === 0) harness.advance(Math.max(1, harness.core.wakeAt - harness.now));
    const [settled] = harness.settled.splice(0);
    return settled !== undefined && 'grant' in settled.result ? settled.result.grant : undefined;
  }
}
