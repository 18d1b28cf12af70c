import {
  type InputMeasure,
  inputKinds,
  type MeasuredRequest,
  measureInput,
  measureText,
} from '../conversation/measure-input.ts';

/** Estimates tokens that no upstream has counted, and learns from the usage that upstreams report. */
export interface TokenEstimator {
  /** Estimates the tokens of a request from its content; at least 1. @param model its id in the catalogue */
  countInput(model: string, request: MeasuredRequest): number;
  /** Estimates the tokens of a text that the model wrote, with what its input has taught about its tokenizer. */
  countOutput(model: string, text: string): number;
  /** The factor to correct a rough guess that was made without reading the request. */
  guessFactor(model: string): number;
  /**
   * Whether `learn` should get this request itself. Only some are wanted, because measuring takes time. Call once per
   * request.
   */
  wantsRequest(model: string): boolean;
  /** @param reported input tokens counted by the upstream, including cached ones */
  learn(model: string, reported: number, learned: Learned): void;
  /** The learned state, for a later `restore`; undefined if nothing changed since the last call. */
  takeChanges(): readonly ModelEstimate[] | undefined;
  restore(estimates: readonly ModelEstimate[]): void;
}

export interface Learned {
  /** Absent if `wantsRequest` returned false. */
  readonly request?: MeasuredRequest;
  /** A guess that was made without reading the request. */
  readonly guess?: number;
}

/** The learned state of one model. */
export interface ModelEstimate {
  readonly model: string;
  /** Finite numbers whose meaning is internal. */
  readonly state: readonly number[];
}

/** Stores the learned state. */
export interface EstimateStore {
  load(): Promise<readonly ModelEstimate[]>;
  /** Inserts or replaces by model. */
  save(estimates: readonly ModelEstimate[]): Promise<void>;
}

/** Maximum number of models to remember. The least recently updated ones are evicted. */
const maxModels = 500;
/** Learn from every request up to this number, then from one in `laterShare`: a relayed one must be decoded for it. */
const initialRequests = 64;
const laterShare = 64;

export function createTokenEstimator(): TokenEstimator {
  return new LearningEstimator();
}

class LearningEstimator implements TokenEstimator {
  readonly #models = new Map<string, LearnedModel>();
  #hasNews = false;
  #updates = 0;

  countInput(model: string, request: MeasuredRequest): number {
    return Math.max(1, this.#estimate(model, measureInput(request)));
  }

  countOutput(model: string, text: string): number {
    return this.#estimate(model, measureText(text));
  }

  #estimate(model: string, measure: InputMeasure): number {
    return (this.#models.get(model) ?? untrainedModel).estimate(toVector(measure));
  }

  guessFactor(model: string): number {
    return this.#models.get(model)?.guessFactor ?? 1;
  }

  wantsRequest(model: string): boolean {
    const learned = this.#learnedOf(model);
    const count = learned.requests;
    learned.requests += 1;
    return count < initialRequests || count % laterShare === 0;
  }

  learn(model: string, reported: number, { request, guess }: Learned): void {
    if (!(reported > 0)) return;
    const learned = this.#learnedOf(model);
    learned.updatedAt = this.#updates;
    this.#updates += 1;
    if (guess !== undefined) learned.learnGuess(guess, reported);
    if (request !== undefined) learned.learn(toVector(measureInput(request)), reported);
    this.#hasNews = true;
  }

  takeChanges(): readonly ModelEstimate[] | undefined {
    if (!this.#hasNews) return undefined;
    this.#hasNews = false;
    return Array.from(this.#models, ([model, learned]) => ({ model, state: learned.toState() }));
  }

  restore(estimates: readonly ModelEstimate[]): void {
    for (const { model, state } of estimates) {
      const learned = LearnedModel.ofState(state);
      if (learned !== undefined) this.#remember(model, learned);
    }
  }

  #learnedOf(model: string): LearnedModel {
    return this.#models.get(model) ?? this.#remember(model, new LearnedModel());
  }

  #remember(model: string, learned: LearnedModel): LearnedModel {
    if (this.#models.size >= maxModels) this.#evictOldest();
    this.#models.set(model, learned);
    return learned;
  }

  #evictOldest(): void {
    const oldest = [...this.#models].reduce((first, second) =>
      second[1].updatedAt < first[1].updatedAt ? second : first,
    );
    this.#models.delete(oldest[0]);
  }
}

const size = inputKinds.length;

const allPlaces = Array.from(inputKinds.keys());
const placesOf = (kinds: readonly string[]) => allPlaces.filter((place) => kinds.includes(inputKinds[place] ?? ''));
const toolPlaces = placesOf(['tools', 'toolUse']);
const mediaPlaces = placesOf(['imageArea', 'imageTiles', 'images', 'documents']);
/** The estimate of each group is bounded on its own, so what was learned about one never makes another one cheaper. */
const groups = [toolPlaces, mediaPlaces, allPlaces.filter((place) => ![...toolPlaces, ...mediaPlaces].includes(place))];

function toVector(measure: InputMeasure): readonly number[] {
  return inputKinds.map((kind) => measure[kind]);
}

/**
 * Kinds that overlap with others, in case a model charges by them. Their weight starts at 0 and grows only with
 * evidence.
 */
const overlappingKinds: ReadonlySet<string> = new Set(['words5', 'words7', 'words10', 'imageTiles', 'images']);
const firstWeights = inputKinds.map((kind) => (overlappingKinds.has(kind) ? 0 : 1));
/** Variance of a weight's initial value. Vendors differ most in their prices of images. */
const firstVariances = inputKinds.map((kind) => (kind.startsWith('image') ? 1 : 0.5 ** 2));
/** Relative variance of a reported count around the weighted sum. */
const noise = 0.02 ** 2;
/** Variance added per request, so that the estimator adapts to a model that changes. */
const drift = 1e-5;
/** A report that differs from the estimate by more than this factor is ignored: it does not count what was sent. */
const maxErrorFactor = 20;

/**
 * The weights that one model charges per kind of input. They are fitted to all reports by recursive least squares (a
 * Kalman filter whose state is the weights), with more emphasis on recent ones. Errors are relative to the request's
 * size.
 */
class LearnedModel {
  /** The requests of which `wantsRequest` was asked. */
  requests = 0;
  guessFactor = 1;
  /** The number of updates, of any model, before the last one of this model; -1 before its first one. */
  updatedAt = -1;
  #guesses = 0;
  readonly #weights: number[];
  /** The covariance matrix of the weights, row by row. */
  readonly #doubt: number[];

  constructor(weights: readonly number[] = firstWeights, doubt?: readonly number[]) {
    this.#weights = [...weights];
    this.#doubt = doubt === undefined ? initialCovariance() : [...doubt];
  }

  static ofState(state: readonly number[]): LearnedModel | undefined {
    const [requests, guesses, guessFactor, ...rest] = state;
    if (requests === undefined || guesses === undefined || guessFactor === undefined) return undefined;
    if (rest.length !== size + size * size || !state.every(Number.isFinite)) return undefined;
    const learned = new LearnedModel(rest.slice(0, size), rest.slice(size));
    learned.requests = requests;
    learned.#guesses = guesses;
    learned.guessFactor = guessFactor;
    return learned;
  }

  toState(): readonly number[] {
    return [this.requests, this.#guesses, this.guessFactor, ...this.#weights, ...this.#doubt];
  }

  estimate(measure: readonly number[]): number {
    let tokens = 0;
    for (const group of groups) {
      const usual = product(firstWeights, measure, group);
      const learned = product(this.#weights, measure, group);
      tokens += Math.min(Math.max(learned, usual / maxErrorFactor), usual * maxErrorFactor);
    }
    return Math.round(tokens);
  }

  learnGuess(guess: number, reported: number): void {
    const ratio = reported / Math.max(1, guess);
    if (ratio > maxErrorFactor || ratio < 1 / maxErrorFactor) return;
    this.#guesses += 1;
    this.guessFactor += (ratio - this.guessFactor) * Math.max(0.1, 1 / this.#guesses);
  }

  learn(measure: readonly number[], reported: number): void {
    const usual = product(firstWeights, measure);
    if (reported > usual * maxErrorFactor || usual > reported * maxErrorFactor) return;
    const row = measure.map((tokens) => tokens / reported);
    const spread = Array.from({ length: size }, (_, index) => product(this.#row(index), row));
    const total = noise + Math.max(0, product(row, spread));
    const error = 1 - product(this.#weights, row);
    for (let index = 0; index < size; index += 1) {
      const gain = (spread[index] ?? 0) / total;
      this.#weights[index] = (this.#weights[index] ?? 1) + gain * error;
      for (let other = 0; other < size; other += 1) {
        const place = index * size + other;
        const doubt = (this.#doubt[place] ?? 0) - gain * (spread[other] ?? 0);
        this.#doubt[place] = index === other ? Math.min(firstVariances[index] ?? 1, doubt + drift) : doubt;
      }
    }
  }

  #row(index: number): readonly number[] {
    return this.#doubt.slice(index * size, (index + 1) * size);
  }
}

const untrainedModel = new LearnedModel();

function initialCovariance(): number[] {
  return firstVariances.flatMap((variance, index) =>
    firstVariances.map((_, other) => (index === other ? variance : 0)),
  );
}

function product(left: readonly number[], right: readonly number[], places: readonly number[] = allPlaces): number {
  let sum = 0;
  for (const place of places) sum += (left[place] ?? 0) * (right[place] ?? 0);
  return sum;
}
