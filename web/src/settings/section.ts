import { TEXTS } from '../texts.js';

/** What can be done with one entry of a list beside changing it. */
export type ItemAction = {
  readonly title: string;
  /** Below the entry's own address. */
  readonly path: string;
  /** Default: POST. */
  readonly method?: 'POST' | 'PATCH';
  readonly body?: object;
  /** Only for entries that have these values. */
  readonly only?: Readonly<Record<string, unknown>>;
};

/** What can be tried with what is entered, before it is saved. */
export type Trial = {
  readonly title: string;
  readonly path: string;
};

/** A list of things that are added, changed and deleted, such as outputs. */
export type ListSection = {
  readonly kind: 'list';
  readonly id: string;
  readonly title: string;
  /** Its address in the API. */
  readonly path: string;
  /** The field that names an entry in its address. */
  readonly key: string;
  /** Where the list stands in what its address answers; none where it is the answer. */
  readonly within?: string;
  /** Where entries are read, if not at `path`. */
  readonly listPath?: string;
  /** Where it is told how entries do, if not with them. */
  readonly statusPath?: string;
  readonly actions?: readonly ItemAction[];
  readonly trials?: readonly Trial[];
  /** Whether a new entry can begin as a copy of another. */
  readonly isCopied?: boolean;
  /** Its entries are files. */
  readonly isUploaded?: boolean;
  /** Its entries are always there: they are changed by PATCH at this address of the API's description. */
  readonly fixedAt?: string;
  /** Its entries are on or off, which is no setting. */
  readonly isSwitched?: boolean;
};

/** Settings that are there once. */
export type DocumentSection = {
  readonly kind: 'document';
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly method: 'PUT' | 'PATCH';
  /** Whether the answer has the settings in a field of their own. */
  readonly within?: string;
  readonly trials?: readonly Trial[];
  /** What can be done with what is set. */
  readonly actions?: readonly ItemAction[];
};

export type Section = ListSection | DocumentSection;

const { titles, actions } = TEXTS.settings;

/** Everything that is set on the page, in the order of its menu. What the API does not have is left out. */
export const SECTIONS: readonly Section[] = [
  {
    kind: 'list',
    id: 'outputs',
    title: titles.outputs,
    path: '/outputs',
    key: 'id',
    actions: [{ title: actions.test, path: '/test' }],
    isCopied: true,
  },
  { kind: 'document', id: 'light', title: titles.light, path: '/light', method: 'PATCH' },
  { kind: 'document', id: 'sip', title: titles.sip, path: '/sip', method: 'PUT' },
  { kind: 'list', id: 'accounts', title: titles.accounts, path: '/accounts', key: 'id' },
  { kind: 'list', id: 'contacts', title: titles.contacts, path: '/contacts', key: 'id' },
  { kind: 'document', id: 'access-list', title: titles.accessList, path: '/access-list', method: 'PATCH' },
  {
    kind: 'list',
    id: 'sources',
    title: titles.sources,
    path: '/access-list/sources',
    listPath: '/access-list',
    within: 'sources',
    key: 'id',
  },
  {
    kind: 'list',
    id: 'dtmf',
    title: titles.dtmf,
    path: '/dtmf/sequences',
    listPath: '/dtmf',
    within: 'sequences',
    key: 'id',
  },
  {
    kind: 'list',
    id: 'rules',
    title: titles.rules,
    path: '/rules',
    key: 'id',
    statusPath: '/rule-status',
    actions: [
      { title: actions.turnOn, path: '', method: 'PATCH', body: { enabled: true }, only: { enabled: false } },
      {
        title: actions.turnOff,
        path: '',
        method: 'PATCH',
        body: { enabled: false },
        only: { enabled: true },
      },
    ],
    isCopied: true,
  },
  {
    kind: 'list',
    id: 'recipients',
    title: titles.recipients,
    path: '/recipients',
    key: 'id',
    actions: [{ title: actions.test, path: '/test' }],
    trials: [{ title: actions.test, path: '/recipient-test' }],
    isCopied: true,
  },
  {
    kind: 'list',
    id: 'schedules',
    title: titles.schedules,
    path: '/schedules',
    key: 'id',
    trials: [{ title: actions.preview, path: '/schedule-preview' }],
    isCopied: true,
  },
  { kind: 'list', id: 'holidays', title: titles.holidays, path: '/holidays', key: 'id' },
  {
    kind: 'list',
    id: 'ports',
    title: titles.ports,
    path: '/io-ports',
    key: 'id',
    actions: [
      { title: actions.on, path: '/activate' },
      { title: actions.off, path: '/deactivate' },
    ],
  },
  {
    kind: 'list',
    id: 'virtual-inputs',
    title: titles.virtualInputs,
    path: '/virtual-inputs',
    fixedAt: '/virtual-inputs/{port}',
    key: 'port',
    isSwitched: true,
    actions: [
      { title: actions.on, path: '/activate', body: {} },
      { title: actions.off, path: '/deactivate' },
    ],
  },
  {
    kind: 'list',
    id: 'triggers',
    title: titles.triggers,
    path: '/manual-triggers',
    key: 'id',
    isSwitched: true,
    actions: [
      { title: actions.on, path: '/state', body: { state: 'on' } },
      { title: actions.off, path: '/state', body: { state: 'off' } },
      { title: actions.pulse, path: '/state', body: { state: 'pulse' } },
    ],
  },
  {
    kind: 'list',
    id: 'heartbeats',
    title: titles.heartbeats,
    path: '/heartbeats',
    key: 'id',
    actions: [{ title: actions.beat, path: '/beat' }],
  },
  {
    kind: 'document',
    id: 'system-watch',
    title: titles.systemWatch,
    path: '/system-watch',
    method: 'PATCH',
    within: 'settings',
  },
  {
    kind: 'document',
    id: 'mqtt',
    title: titles.mqtt,
    path: '/mqtt',
    method: 'PUT',
    trials: [{ title: actions.test, path: '/mqtt/test' }],
    actions: [
      { title: actions.connect, path: '/connect' },
      { title: actions.disconnect, path: '/disconnect' },
    ],
  },
  { kind: 'list', id: 'subscriptions', title: titles.subscriptions, path: '/mqtt/subscriptions', key: 'id' },
  { kind: 'document', id: 'source-guard', title: titles.sourceGuard, path: '/source-guard', method: 'PATCH' },
  { kind: 'list', id: 'blocked', title: titles.blockedSources, path: '/blocked-sources', key: 'address' },
  {
    kind: 'list',
    id: 'announcements',
    title: titles.announcements,
    path: '/announcements',
    key: 'name',
    isUploaded: true,
  },
  {
    kind: 'list',
    id: 'own-sounds',
    title: titles.ownSounds,
    path: '/own-sounds',
    key: 'name',
    isUploaded: true,
  },
  { kind: 'list', id: 'certificates', title: titles.certificates, path: '/certificates', key: 'id' },
  { kind: 'document', id: 'health-check', title: titles.healthCheck, path: '/health-check', method: 'PUT' },
  { kind: 'document', id: 'device', title: titles.device, path: '/device', method: 'PATCH' },
];
