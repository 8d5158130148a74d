/**
 * Who may import whom. Think about the layering before you edit this file: a rule that is in the way usually says
 * that a thing lives in the wrong folder.
 *
 *   protocol <- kafka-client <- { broker, console/collector, console/services }
 *   console: contracts <- model <- alerting;   store, services <- app;   contracts, model <- components <- app
 *
 * The broker and the console share only protocol/ and kafka-client/: they meet as bytes on a socket. cli/ and demo/ are
 * roots like app/: cli starts broker and console as processes and never imports the broker, demo is a kafkajs program.
 */
const inner =
  '^(protocol|kafka-client|broker|console|app|components|prisma|cli|demo|e2e|compat|bench|faults|scripts)/';
const test = '\\.(test|contract)\\.tsx?$|(^|/)(test(data|ing)?|integration|faults)/';

/** `from` may import, of our own folders, only those in `allowed` (and its own). */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: test },
  to: { path: inner, pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    only('protocol-is-a-leaf', '^protocol/', [], 'The codec knows nothing of who uses it.'),
    only(
      'kafka-client-over-protocol',
      '^kafka-client/',
      ['^protocol/'],
      'The client is shared by broker and console.',
    ),
    only(
      'broker-stands-alone',
      '^broker/',
      ['^protocol/', '^kafka-client/'],
      'The broker never sees the console.',
    ),
    only('contracts-are-a-leaf', '^console/contracts/', [], 'Contracts are shared by server and browser.'),
    only('model-over-contracts', '^console/model/', ['^console/contracts/'], 'The model is pure.'),
    only(
      'alerting-over-model',
      '^console/alerting/',
      ['^console/(model|contracts|config)/', '^console/store/'],
      'Deciding on alerts needs model and contracts; the outbox keeps its rows in the store.',
    ),
    only(
      'metrics-source-over-model',
      '^console/metrics-source/',
      ['^console/(model|contracts)/', '^kafka-client/slices\\.ts$'],
      'How metrics are read is one thing, who asks another.',
    ),
    only(
      'messages-over-client',
      '^console/messages/',
      ['^protocol/', '^kafka-client/', '^console/(model|contracts)/'],
      'Looking into a topic is planned apart from who asks for it.',
    ),
    only(
      'store-over-model',
      '^console/store/',
      ['^console/(model|contracts|config)/', '^console/alerting/[^/]+$', '^prisma/'],
      'The store returns model types and calls nobody.',
    ),
    only(
      'collector-below-services',
      '^console/collector/',
      ['^protocol/', '^kafka-client/', '^console/(model|contracts|alerting|metrics-source|store|config)/'],
      'The collector serves nobody: services read what it publishes.',
    ),
    only(
      'config-is-a-leaf',
      '^console/config/',
      ['^console/(contracts|model)/'],
      'Configuration is parsed once and handed inwards.',
    ),
    only(
      'services-below-app',
      '^console/services/',
      ['^protocol/', '^kafka-client/', '^console/'],
      'A use case knows neither pages nor components.',
    ),
    only(
      'components-know-contracts-and-model',
      '^components/',
      ['^console/(contracts|model)/'],
      'Nothing behind the contracts reaches the browser.',
    ),
    only(
      'app-is-thin',
      '^app/',
      ['^components/', '^console/(services|contracts|model|config)/'],
      'A page parses, authorises, calls one service, answers.',
    ),
    only(
      'cli-is-a-root',
      '^cli/',
      ['^kafka-client/', '^protocol/', '^console/(services|config|contracts|model)/', '^scripts/prepare/'],
      'cli starts the broker as a process and never imports it.',
    ),
    only(
      'demo-is-a-foreign-program',
      '^demo/',
      [],
      'The demo uses kafkajs alone, like any program of a user.',
    ),
    {
      name: 'prisma-only-in-store',
      severity: 'error',
      comment: 'One door to the database: everyone else gets model types.',
      from: { pathNot: ['^console/store/', '^prisma/', '^scripts/', test] },
      to: { path: ['@prisma/', '^prisma/'] },
    },
    {
      name: 'nobody-imports-roots',
      severity: 'error',
      comment: 'Roots put things together; what two of them need belongs further in.',
      from: { path: '^(protocol|kafka-client|broker|console|components)/', pathNot: test },
      to: { path: '^(app|cli|demo|e2e|compat|bench|faults|scripts)/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: { pathNot: test },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^prisma/generated/' },
    },
    {
      name: 'shipped-code-uses-shipped-packages',
      severity: 'error',
      comment: 'A package that runs in production is a dependency, not a development one.',
      from: { path: '^(protocol|kafka-client|broker|console|app|components|cli|demo)/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', 'prisma/generated'] },
    exclude: { path: ['(^|/)\\.next[^/]*/', '^(dist|data)/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
