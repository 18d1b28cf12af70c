import { describeSharedState } from '../testing/contract.ts';
import { createLocalState } from './local-state.ts';

describeSharedState('in one process', {
  async openTwo() {
    const state = createLocalState();
    return [state, state];
  },
});
