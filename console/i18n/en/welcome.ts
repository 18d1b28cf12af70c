export const welcome = {
  title: 'Set up',
  text: 'Four steps to your first answer.',
  step: {
    token: 'Your Atlassian account',
    routes: 'Test its routes',
    key: 'A key for your clients',
    answer: 'A first answer',
  },
  testAndAdd: 'Test and add',
  routesText_one: 'Sends one small request over the route to Atlassian’s models, for about {{cost}} at list price.',
  routesText_other:
    'Sends one small request over each of {{count}} routes to Atlassian’s models, for about {{cost}} at list price.',
  testRoutes: 'Test the routes',
  skip: 'Skip',
  keyName: 'First key',
  answerText: 'Send a request with the new key, like a client:',
  question: 'Say hello in one sentence.',
  ask: 'Ask',
  askAgain: 'Ask again',
  done: 'The gateway works. Next, set up a client; the key is filled in there.',
  connect: 'Connect a client',
  leave: 'Go to the console instead',
};
