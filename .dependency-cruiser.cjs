/**
 * The arrows of ARCHITECTURE.md as rules. Each floor may use the floors below it, never one above;
 * rooms on one floor do not know each other. A cycle is an error anywhere.
 */
const floors = [
  ['main'],
  ['device'],
  ['http', 'mqtt', 'cli'],
  ['control'],
  ['recipients'],
  ['rules'],
  ['calls'],
  ['siren'],
  ['outputs', 'inputs', 'schedules', 'system'],
  ['sounds'],
  ['patterns'],
  ['gpio'],
  ['media'],
  ['nat', 'net'],
  ['sip'],
  ['config', 'logs', 'security'],
  ['store'],
  ['events'],
  ['base'],
];

const pathOf = (room) => `^src/${room}(/|\\.ts$)`;
const anyOf = (rooms) => rooms.map(pathOf).join('|');

const upward = floors.flatMap((rooms, level) =>
  rooms
    .map((room) => ({
      name: `${room}-looks-down`,
      comment: `${room}/ may use only the rooms below it.`,
      severity: 'error',
      from: { path: pathOf(room) },
      to: {
        path: anyOf(
          floors
            .slice(0, level + 1)
            .flat()
            .filter((other) => other !== room),
        ),
      },
    }))
    .filter((rule) => rule.to.path !== ''),
);

const blind = (room, unknown, why) => ({
  name: `${room}-does-not-know`,
  comment: why,
  severity: 'error',
  from: { path: pathOf(room), pathNot: '\\.test\\.ts$' },
  to: { path: anyOf(unknown) },
});

/** A library that only one room may touch. */
const only = (library, room) => ({
  name: `${library}-only-in-${room.replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}` },
  to: { path: `node_modules/${library}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '(\\.d\\.ts|\\.test\\.ts|\\.test-d\\.ts)$|^test/|^web/|^src/(index|main)\\.ts$',
      },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...upward,
    blind(
      'rules',
      ['sip', 'outputs', 'http', 'mqtt', 'media', 'nat'],
      'Rules are pure: event, facts and clock in, intents out.',
    ),
    blind(
      'siren',
      ['calls', 'sip', 'media', 'nat'],
      'Where an activity came from is an owner id to the siren.',
    ),
    blind('sounds', ['sip', 'nat', 'config'], 'A sound knows files and samples, not who wants it.'),
    blind('patterns', ['media', 'nat', 'sip', 'config', 'events'], 'Patterns are functions of time.'),
    blind('outputs', ['nat', 'sip'], 'An output knows frames, samples and streams of sound, not calls.'),
    blind('inputs', ['media', 'nat', 'sip', 'patterns'], 'An input knows its line and the bus.'),
    blind('schedules', ['media', 'nat', 'sip', 'patterns', 'gpio'], 'Schedules know the time and the bus.'),
    blind(
      'system',
      ['media', 'nat', 'sip', 'patterns', 'gpio'],
      'What watches the machine knows nothing of alarms.',
    ),
    blind('media', ['sip', 'nat'], 'Media knows SDP and RTP, not SIP.'),
    blind(
      'net',
      ['config', 'logs', 'security', 'store', 'events'],
      'A client of the network knows no device.',
    ),
    blind('sip', ['config', 'logs', 'security', 'store', 'events'], 'The SIP stack stands alone on base/.'),
    blind('http', ['sip', 'calls/engines'], 'HTTP translates control/ and events/.'),
    {
      name: 'pure-rules',
      severity: 'error',
      from: { path: '^src/(rules|patterns)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-does-not-know-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'web-imports-types-only',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-knows-control-and-events',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/(control|events)/' },
    },
    only('express', 'http/'),
    only('commander', 'cli/'),
    only('sdp-transform', 'media/'),
    only('pino', 'logs/'),
    only('mqtt', 'mqtt/'),
    only('rrule-temporal', 'schedules/'),
    only('temporal-polyfill', 'schedules/'),
    only('ical.js', 'schedules/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|dist-test)/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
};
