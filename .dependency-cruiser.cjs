// The layer rules of ARCHITECTURE.md: the folders of server/ and what each may import. `npm run layers` enforces them.
const layers = {
  lib: [],
  conversation: ['lib'],
  dialects: ['conversation', 'lib'],
  upstream: ['dialects', 'conversation', 'lib'],
  catalogue: ['conversation', 'lib'],
  pool: ['conversation', 'settings', 'shared-state', 'lib'],
  'shared-state': ['lib'],
  keys: ['conversation', 'shared-state', 'lib'],
  ledger: ['conversation', 'lib'],
  admin: ['shared-state', 'lib'],
  settings: ['lib'],
  replicas: ['lib'],
  memory: ['conversation', 'shared-state', 'settings', 'lib'],
  import: ['pool', 'keys', 'admin', 'lib'],
  exchange: ['conversation', 'upstream', 'catalogue', 'pool', 'keys', 'ledger', 'settings', 'lib'],
  backup: ['lib'],
  alerts: ['pool', 'keys', 'lib'],
  store: ['backup', 'pool', 'keys', 'ledger', 'catalogue', 'admin', 'settings', 'replicas', 'alerts', 'lib'],
  doctor: ['upstream', 'catalogue', 'pool', 'conversation', 'lib'],
  telemetry: ['exchange', 'conversation', 'pool', 'ledger', 'lib'],
  http: [
    'exchange',
    'dialects',
    'conversation',
    'pool',
    'keys',
    'ledger',
    'catalogue',
    'admin',
    'settings',
    'replicas',
    'shared-state',
    'memory',
    'doctor',
    'alerts',
    'import',
    'backup',
    'telemetry',
    'lib',
  ],
};
const testFile = '(\\.test\\.ts$|/testing/|/fixtures/)';

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `server/${layer} may import only: ${allowed.join(', ') || 'nothing of the project'}`,
  severity: 'error',
  from: { path: `^server/${layer}/`, pathNot: testFile },
  to: {
    path: '^(server|contract|console|simulator|bench|test)/',
    pathNot: [
      `^server/(${[layer, ...allowed].join('|')})/`,
      ...(['http', 'admin', 'doctor', 'alerts', 'pool', 'settings', 'store'].includes(layer) ? ['^contract/'] : []),
    ],
  },
}));

/** A library that only one folder may know. */
const ownedLibrary = (library, owner) => ({
  name: `only-${owner.replaceAll('/', '-')}-imports-${library}`,
  severity: 'error',
  from: { path: '^(server|contract|console|simulator)/', pathNot: [`^${owner}/`, testFile] },
  to: { path: `(^|node_modules/)${library}(/|$)` },
});

module.exports = {
  forbidden: [
    ...layerRules,
    ownedLibrary('fastify', 'server/http'),
    ownedLibrary('kysely', 'server/store'),
    ownedLibrary('pg', 'server/store/engines/postgres'),
    ownedLibrary('ioredis', 'server/shared-state/redis'),
    ownedLibrary('rate-limiter-flexible', 'server/shared-state'),
    ownedLibrary('undici', 'server/upstream'),
    ownedLibrary('nodemailer', 'server/alerts'),
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'This includes imports of types.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-import-between-dialects',
      comment: 'Two folders are not dialects: openai/ is shared by both OpenAI APIs, testing/ by all tests.',
      severity: 'error',
      from: { path: '^server/dialects/([^/]+)/' },
      to: {
        path: '^server/dialects/([^/]+)/',
        pathNot: ['^server/dialects/$1/', '^server/dialects/(openai|testing)/'],
      },
    },
    {
      name: 'no-import-between-engines',
      severity: 'error',
      from: { path: '^server/store/engines/([^/]+)/' },
      to: { path: '^server/store/engines/([^/]+)/', pathNot: '^server/store/engines/$1/' },
    },
    {
      name: 'no-engine-in-tables',
      comment: 'Tables use the interface in engines/engine.ts; only open-engine.ts selects an engine.',
      severity: 'error',
      from: {
        path: '^server/store/',
        pathNot: ['^server/store/engines/', '^server/store/open-engine\\.ts$', testFile],
      },
      to: { path: '^server/store/engines/[^/]+/' },
    },
    {
      name: 'no-import-between-routes',
      severity: 'error',
      from: { path: '^server/upstream/routes/([^/]+)/' },
      to: { path: '^server/upstream/routes/([^/]+)/', pathNot: '^server/upstream/routes/$1/' },
    },
    {
      name: 'contract-imports-only-its-libraries',
      severity: 'error',
      from: { path: '^contract/', pathNot: testFile },
      to: { pathNot: ['^contract/', '(^|node_modules/)(zod|@zxcvbn-ts)(/|$)'] },
    },
    {
      name: 'console-imports-only-the-contract',
      severity: 'error',
      from: { path: '^console/' },
      to: { path: '^(server|simulator|bench|test)/' },
    },
    {
      name: 'simulator-imports-only-lib',
      comment: 'Otherwise, one mistake could affect both sides of the wire and stay unnoticed.',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: '^(server|contract|console|bench)/', pathNot: '^server/lib/' },
    },
    {
      name: 'no-import-of-the-entry-point',
      severity: 'error',
      from: {
        path: '^server/',
        pathNot: ['^server/(start\\.ts|main\\.ts\\.js)$', '^server/cli/', '^server/compose/', testFile],
      },
      to: { path: '^server/(start\\.ts|cli/|compose/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
    },
  },
};
