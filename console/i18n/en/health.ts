export const health = {
  dry: 'No credential can answer',
  scarce: '{{able}} of {{total}} credentials can answer',
  scarceTitle: 'Few credentials left',
  empty: 'No credential yet: the gateway cannot answer',
  unkept: 'Changes are refused: they would not be kept.',
  unkeptTitle: 'Database in trouble',
  unreachable: 'Gateway unreachable since {{time}}',
  unreachableTitle: 'Gateway unreachable',
  reconnecting: 'reconnecting…',
  nextBack: 'next back in',
  why: 'Why',
  openCredentials: 'Open the credentials',
};
