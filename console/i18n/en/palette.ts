export const palette = {
  title: 'Go to',
  hint: 'A page, key, credential, model or request id',
  nothing: 'Nothing found.',
  page: 'Page',
  key: 'Key',
  credential: 'Credential',
  model: 'Requests of this model',
  request: 'Request',
  failures: 'Failed requests',
  shortcuts: 'Keyboard shortcuts',
  does: {
    open: 'Go to anything',
    help: 'Show these shortcuts',
    next: 'Next request, in a trace',
    previous: 'Previous request, in a trace',
    close: 'Close what is open',
  },
};
