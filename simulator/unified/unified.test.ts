import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { chat, pick, readEvents, streamChat } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => 1_750_000_000_000 });
});
afterAll(() => simulator.close());

async function whole(knobs: string, payload = {}): Promise<unknown> {
  const answer = await chat(simulator, { knobs, payload });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text);
}

async function events(knobs: string, payload = {}): Promise<readonly unknown[]> {
  const answer = await streamChat(simulator, { knobs, payload });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  return readEvents(answer.text);
}

const choice = (message: object, finish: unknown = null): object => ({
  response_payload: { choices: [{ index: 0, message, finish_reason: finish }] },
});

test('an answer repeats the user and has the documented envelope', async () => {
  simulator.control.reset();
  expect(await whole('')).toEqual({
    response_payload: {
      id: 'sim-1',
      created: 1_750_000_000,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: [{ type: 'text', text: 'You said: hello wide world' }] },
          finish_reason: 'end_turn',
        },
      ],
    },
    platform_attributes: {
      model: 'sim-model',
      metrics: { usage: { input_tokens: 4, output_tokens: 7, total_tokens: 11 } },
    },
  });
});

test('a stream tells increments, then the finish with usage, then [DONE]', async () => {
  const told = await events('', { messages: [{ role: 'user', content: '你好 🌍' }] });
  expect(told).toHaveLength(6);
  expect(told[0]).toMatchObject(choice({ role: 'assistant', content: [{ type: 'text', text: 'You' }] }));
  expect(told.slice(1, 4)).toMatchObject(
    [' said:', ' 你好', ' 🌍'].map((text) => choice({ content: [{ type: 'text', text }] })),
  );
  expect(told[1]).not.toHaveProperty('response_payload.choices.0.message.role');
  expect(told[3]).not.toHaveProperty('platform_attributes.metrics');
  expect(told[4]).toMatchObject({
    ...choice({ content: [] }, 'end_turn'),
    platform_attributes: { metrics: { usage: { input_tokens: 2, output_tokens: 4 } } },
  });
  expect(told[5]).toBe('[DONE]');
});

describe('end of a stream', () => {
  test('without [DONE]', async () => {
    expect((await events('stream-end=no-done')).at(-1)).toMatchObject(choice({}, 'end_turn'));
  });

  test('the finish with the last text', async () => {
    expect((await events('last-chunk=text')).at(-2)).toMatchObject(
      choice({ content: [{ text: ' world' }] }, 'end_turn'),
    );
  });

  test('a chunk without choices after the finish', async () => {
    const told = await events('last-chunk=no-choices');
    expect(told.at(-3)).toMatchObject(choice({ content: [{ text: ' world' }] }, 'end_turn'));
    expect(told.at(-2)).toMatchObject({ response_payload: { choices: [] }, platform_attributes: { metrics: {} } });
  });

  test.each([
    ['null', null],
    ['openai', 'stop'],
    ['SAFETY', 'SAFETY'],
  ])('finish=%s', async (finish, told) => {
    expect((await events(`finish=${finish}`)).at(-2)).toHaveProperty('response_payload.choices.0.finish_reason', told);
  });

  test('finish=absent', async () => {
    expect((await events('finish=absent')).at(-2)).not.toHaveProperty('response_payload.choices.0.finish_reason');
  });

  test.each([
    ['sim-gpt-5', 'stop'],
    ['sim-gemini', 'STOP'],
    ['claude-opus-4@20250514', 'end_turn'],
  ])('%s has its own word', async (model, word) => {
    expect((await chat(simulator, { model })).text).toContain(`"finish_reason":"${word}"`);
  });
});

describe('usage', () => {
  const usage = 'platform_attributes.metrics.usage';

  test('on every chunk, growing', async () => {
    const told = await events('usage=every,stream-end=no-done');
    expect(told.map((chunk) => pick(chunk, `${usage}.output_tokens`))).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test('on a chunk of its own', async () => {
    const told = await events('usage=trailing');
    expect(told.at(-3)).not.toHaveProperty(usage);
    expect(told.at(-2)).toMatchObject({ response_payload: { choices: [] } });
    expect(told.at(-2)).toHaveProperty(usage);
  });

  test('in the payload, with OpenAI names and details', async () => {
    const told = await whole('usage=response-payload,cached-tokens=2,reasoning=reasoning_content');
    expect(told).not.toHaveProperty(usage);
    expect(told).toHaveProperty('response_payload.usage', {
      prompt_tokens: 4,
      completion_tokens: 17,
      total_tokens: 21,
      prompt_tokens_details: { cached_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 10 },
    });
  });

  test('none, or as told', async () => {
    expect(await whole('usage=none')).not.toHaveProperty(usage);
    expect(await whole('input-tokens=1000,output-tokens=50,usage-names=prompt-completion')).toHaveProperty(usage, {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1050,
    });
  });
});

describe('message', () => {
  test.each([
    ['string', 'You said: hello wide world'],
    ['null', null],
    ['empty', []],
  ])('content=%s', async (form, content) => {
    expect(await whole(`content=${form}`)).toHaveProperty('response_payload.choices.0.message.content', content);
  });

  test('content=absent', async () => {
    expect(await whole('content=absent')).not.toHaveProperty('response_payload.choices.0.message.content');
  });

  test('several parts make up the text', async () => {
    const told = await whole('content-parts=3');
    const texts = [0, 1, 2, 3].map((index) => pick(told, `response_payload.choices.0.message.content.${index}.text`));
    expect(texts[2]).toEqual(expect.any(String));
    expect(texts[3]).toBeUndefined();
    expect(texts.join('')).toBe('You said: hello wide world');
  });

  test('delta instead of message, role on all chunks or none', async () => {
    const all = await events('chunk-key=delta,role=all,stream-end=no-done');
    for (const chunk of all) expect(chunk).toHaveProperty('response_payload.choices.0.delta.role', 'assistant');
    for (const chunk of await events('role=none,stream-end=no-done')) {
      expect(chunk).not.toHaveProperty('response_payload.choices.0.message.role');
    }
  });

  test('a minimal envelope has neither id nor created nor index', async () => {
    const told = await whole('envelope-fields=minimal,answer-model=absent,usage=none');
    expect(told).toEqual({
      response_payload: {
        choices: [
          {
            message: { role: 'assistant', content: [{ type: 'text', text: 'You said: hello wide world' }] },
            finish_reason: 'end_turn',
          },
        ],
      },
      platform_attributes: {},
    });
  });

  test('the answered model may differ', async () => {
    expect(await whole('answer-model=other')).toHaveProperty('platform_attributes.model', 'other');
  });

  test.each([
    ['no-choices', { response_payload: { choices: [] } }],
    ['no-content', choice({})],
    ['empty-object', {}],
  ])('filler=%s', async (filler, chunk) => {
    const told = await events(`filler=${filler},chunks=2`);
    expect(told).toHaveLength(6);
    expect(told[1]).toMatchObject(chunk);
    expect(told[3]).toMatchObject(chunk);
  });
});

describe('reasoning', () => {
  test.each([
    ['reasoning_content', 'message.reasoning_content'],
    ['reasoning', 'message.reasoning'],
    ['thinking', 'message.content.0.thinking'],
  ])('%s', async (form, path) => {
    const knobs = `reasoning=${form},reasoning-text=Let%20me%20see`;
    expect(await whole(knobs)).toHaveProperty(`response_payload.choices.0.${path}`, 'Let me see');
    expect((await events(knobs))[0]).toHaveProperty(`response_payload.choices.0.${path}`, 'Let');
  });
});

describe('pieces of text', () => {
  const texts = async (knobs: string): Promise<readonly unknown[]> => {
    const told = await events(`${knobs},last-chunk=text,stream-end=no-done`);
    return told.map((chunk) => pick(chunk, 'response_payload.choices.0.message.content.0.text'));
  };

  test('a number of pieces, fewer or more than words', async () => {
    expect(await texts('chunks=2')).toEqual(['You', ' said: hello wide world']);
    expect(await texts('chunks=100')).toHaveLength(100);
  });

  test('pieces of so many characters', async () => {
    expect(await texts('chunk-size=3,text=ab%F0%9F%8C%8Dcd')).toEqual(['ab🌍', 'cd']);
  });
});

test('content may be nested in arrays', async () => {
  const told: unknown = JSON.parse((await chat(simulator, { knobs: 'content-depth=2' })).text);
  expect(pick(told, 'response_payload.choices.0.message.content.0.0.0.text')).toBe('You said: hello wide world');
});

test('usage may be all zeros', async () => {
  const told: unknown = JSON.parse((await chat(simulator, { knobs: 'usage=zeros' })).text);
  expect(pick(told, 'platform_attributes.metrics.usage')).toEqual({
    input_tokens: 0,
    output_tokens: 0,
    total_tokens: 0,
  });
});
