/** Every English text of the page. */
export const TEXTS = {
  product: 'sipsiren',
  tagline: 'Strobe siren that answers SIP calls',
  skipToContent: 'Skip to the content',
  connections: { connecting: 'Connecting…', connected: 'Connected', lost: 'Connection lost' },
  connectionLost: 'Connection lost. What you see is old; the device itself may be running. Trying again…',
  missed: (count: number) => `${count} events came faster than this page could show them.`,
  dismiss: 'Dismiss',
  configurationTrouble: 'The stored settings were damaged when the device started:',

  beacon: {
    title: 'Beacon',
    dark: 'The light is off.',
    alight: (profile: string | undefined) =>
      profile === undefined ? 'The light is on.' : `The light shows ${profile}.`,
    steady: 'Shown steady at its average brightness, without flashing.',
    reducedMotion: 'Your system asks for reduced motion.',
    warningTitle: 'Flashing light',
    warning:
      'Alarms make this beacon flash, which can trigger seizures in people with photosensitive epilepsy.',
    acknowledge: 'Show flashing light',
    stopFlashing: 'Stop flashing on this page',
  },

  sound: {
    turnOn: 'Turn sound on',
    turnOff: 'Turn sound off',
    silent: 'The siren is silent.',
    sounding: (pattern: string) => `The siren sounds “${pattern}”.`,
    failed: 'The sound could not be played.',
  },

  alarm: {
    started: (profile: string) => `Alarm: ${profile} started.`,
    none: 'Nothing is running.',
    stopAll: 'Stop all',
  },

  overview: {
    light: 'Signaling LED status',
    siren: 'Siren status',
    empty: 'No activities',
    columns: {
      profile: 'Profile',
      pattern: 'Pattern',
      priority: 'Priority',
      timeLeft: 'Time left',
      action: 'Action',
    },
    untilStopped: 'until stopped',
    noProfile: 'no profile',
    running: 'Running',
    waiting: 'Waiting',
    stop: 'Stop',
    stopOf: (name: string) => `Stop ${name}`,
  },

  calls: {
    title: 'Calls',
    empty: 'No calls yet.',
    columns: { state: 'State', from: 'Who', to: 'Dialled', duration: 'Duration', why: 'Why' },
    incoming: 'Incoming',
    outgoing: 'Outgoing',
    hangUp: 'Hang up',
    answer: 'Answer',
    states: { Idle: 'Ended', Calling: 'Calling', Ringing: 'Ringing', Active: 'Active' },
    reasons: {
      Initiated: 'We called',
      Denied: 'Refused',
      NoAnswer: 'No answer',
      Busy: 'Busy',
      Failed: 'Failed',
      AcceptedByRemote: 'The other side answered',
      AcceptedByDevice: 'The device answered',
      Terminated: 'Ended',
    },
    decisions: (count: number) =>
      count === 1 ? '1 decision of the rules' : `${count} decisions of the rules`,
    noDecision: 'No rule waits for this call.',
  },

  accounts: {
    title: 'SIP accounts',
    default: 'default',
    inactive: 'turned off',
    peerToPeer: 'Direct calls',
    registrations: {
      unregistered: 'Not registered',
      registering: 'Registering…',
      registered: 'Registered',
      refused: 'Refused by the server',
      unreachable: 'Server does not answer',
    },
  },

  profiles: {
    title: 'Profiles',
    empty: 'There are no profiles yet.',
    start: 'Start',
    stop: 'Stop',
    startOf: (name: string) => `Start ${name}`,
    stopOf: (name: string) => `Stop ${name}`,
    priority: (priority: number) => `Priority ${priority}`,
    continuous: 'until stopped',
    seconds: (count: number) => `${count} s`,
    repetitions: (count: number) => (count === 1 ? 'once' : `${count} times`),
  },

  dialling: {
    title: 'How to dial',
    off: 'SIP is turned off in the settings, so the device takes no calls.',
    intro: 'Call one of these from any SIP phone. The alarm stops when you hang up.',
    runs: (profile: string) => `runs ${profile}`,
    noRules: 'No rule answers to an extension yet.',
    listening: 'Calls arrive at',
    everyAddress: 'every address of this machine',
  },
} as const;
