import type { Reporter, TestCase } from 'vitest/node';

/** Lists each test that passed only when it was repeated, so that it gets fixed. */
export class FlakyReporter implements Reporter {
  readonly #flaky: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true) this.#flaky.push(`${test.module.moduleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#flaky) console.warn(`Flaky: ${name}`);
  }
}
