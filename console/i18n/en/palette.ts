export const palette = {
  title: 'Go to',
  hint: 'A page, key, credential, model or request ID',
  nothing: 'No results.',
  page: 'Page',
  key: 'Key',
  credential: 'Credential',
  model: 'Requests for this model',
  request: 'Request',
  failures: 'Failed requests',
  shortcuts: 'Keyboard shortcuts',
  does: {
    open: 'Open this palette',
    help: 'Show these shortcuts',
    next: 'Next request in a trace',
    previous: 'Previous request in a trace',
    close: 'Close the current window',
  },
};
