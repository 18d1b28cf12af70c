export const welcome = {
  title: 'Set up',
  text: 'Four steps to the first answer.',
  step: {
    token: 'Your Atlassian account',
    routes: 'Test its routes',
    key: 'A key for your clients',
    answer: 'A first answer',
  },
  testAndAdd: 'Test and add',
  routesText_one: 'One small request by the route to Atlassian’s models; about {{cost}} at list price.',
  routesText_other:
    'One small request by each of {{count}} routes to Atlassian’s models; about {{cost}} at list price.',
  testRoutes: 'Test the routes',
  skip: 'Skip',
  keyName: 'First key',
  answerText: 'As a client would, with the new key:',
  question: 'Say hello in one sentence.',
  ask: 'Ask',
  askAgain: 'Ask again',
  done: 'The gateway answers. Set up a client next; the key is filled in there.',
  connect: 'Connect a client',
  leave: 'Go to the console instead',
};
