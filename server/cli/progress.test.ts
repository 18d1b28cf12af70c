import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { showProgress } from './progress.ts';

const read = (stream: PassThrough) => text(stream.end());

describe('progress', () => {
  it('is a bar with rate and remaining time on a terminal', async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    let time = 0;
    const progress = showProgress({ stderr }, { title: 'Backing up', unit: 'rows', now: () => time });
    progress.update(0, 1000);
    time = 1000;
    progress.update(250, 1000);
    progress.end();
    expect(await read(stderr)).toMatch(/Backing up \[[^\]]+\] 25% \| 250\/1000 rows \| 250\/s \| .+ left/);
  });

  it('is a few plain lines elsewhere, always including the last one', async () => {
    const stderr = new PassThrough();
    let time = 0;
    const progress = showProgress({ stderr }, { title: 'Restoring', unit: 'rows', interval: 1000, now: () => time });
    for (let done = 0; done <= 20_000; done += 500) {
      time += 50;
      progress.update(done, 20_000);
    }
    progress.end();
    expect(await read(stderr)).toBe(
      'Restoring: 9,500 of 20,000 rows (47%)\nRestoring: 19,500 of 20,000 rows (97%)\nRestoring: 20,000 of 20,000 rows (100%)\n',
    );
  });

  it('is empty if quiet, or if nothing was done', async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    const quiet = showProgress({ stderr }, { title: 'x', unit: 'rows', quiet: true });
    quiet.update(1, 2);
    quiet.end();
    showProgress({ stderr }, { title: 'x', unit: 'rows' }).end();
    expect(await read(stderr)).toBe('');
  });
});
