import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { UnpackedAsterisk } from './unpacked-asterisk.js';

interface AsteriskTls {
  readonly port: number;
  /** PEM texts. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Whose certificates it believes when it is the client. */
  readonly authorities: string;
}

export interface AsteriskConfiguration {
  /** UDP and TCP port on 127.0.0.1. */
  readonly port: number;
  /** First of the RTP ports. */
  readonly rtpStart: number;
  /** How many there are, two for each call. Default 200. */
  readonly rtpPorts?: number;
  /** A TLS transport; default none. */
  readonly tls?: AsteriskTls | undefined;
  /** Files, from the project's root, to lay over sip-config/asterisk. */
  readonly extraConfig?: readonly string[];
}

/** Tests and benchmarks run from the project's root. */
const PROJECT = process.cwd();

/** Files that Asterisk complains about when they are absent. */
const EMPTY_BUT_NEEDED = [
  'acl.conf',
  'ccss.conf',
  'cdr.conf',
  'cel.conf',
  'features.conf',
  'manager.conf',
  'pjproject.conf',
  'stasis.conf',
  'udptl.conf',
];

/** Writes everything that an Asterisk in this folder reads, sip-config/ first. */
export function writeAsteriskConfiguration(
  folder: string,
  source: UnpackedAsterisk,
  configuration: AsteriskConfiguration,
): void {
  const { port, rtpStart, rtpPorts = 200, tls, extraConfig = [] } = configuration;
  for (const name of ['etc', 'lib', 'db', 'keys', 'data', 'agi', 'spool', 'run', 'log']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const etc = join(folder, 'etc');
  cpSync(join(PROJECT, 'sip-config/asterisk'), etc, { recursive: true });
  for (const name of extraConfig) cpSync(join(PROJECT, name), join(etc, basename(name)));
  const write = (name: string, text: string) => writeFileSync(join(etc, name), text);
  write('asterisk.conf', asteriskConf(folder, source));
  const transports = ['udp', 'tcp'].map(
    (protocol) => `[transport-${protocol}]\ntype=transport\nprotocol=${protocol}\nbind=127.0.0.1:${port}\n`,
  );
  if (tls) transports.push(tlsTransport(folder, tls));
  write('pjsip_transports.conf', transports.join('\n'));
  write('rtp.conf', `[general]\nrtpstart=${rtpStart}\nrtpend=${rtpStart + rtpPorts - 1}\n`);
  write('extensions_globals.conf', `FOLDER=${folder}\n`);
  for (const name of EMPTY_BUT_NEEDED) {
    if (!existsSync(join(etc, name))) write(name, '');
  }
}

function asteriskConf(folder: string, { root, triplet }: UnpackedAsterisk): string {
  // Debian moved the modules below the triplet after Asterisk 16.
  const modules = ['usr/lib/asterisk/modules', `usr/lib/${triplet}/asterisk/modules`].find((path) =>
    existsSync(join(root, path)),
  );
  return [
    '[directories]',
    `astetcdir => ${folder}/etc`,
    `astmoddir => ${join(root, modules ?? '')}`,
    `astvarlibdir => ${folder}/lib`,
    `astdbdir => ${folder}/db`,
    `astkeydir => ${folder}/keys`,
    `astdatadir => ${root}/usr/share/asterisk`,
    `astagidir => ${folder}/agi`,
    `astspooldir => ${folder}/spool`,
    `astrundir => ${folder}/run`,
    `astlogdir => ${folder}/log`,
    '[options]',
    'verbose = 3',
    'nocolor = yes',
  ].join('\n');
}

function tlsTransport(folder: string, tls: AsteriskTls): string {
  const file = (name: string, text: string) => {
    const path = join(folder, 'keys', name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return [
    '[transport-tls]',
    'type=transport',
    'protocol=tls',
    `bind=127.0.0.1:${tls.port}`,
    `cert_file=${file('pbx.crt', tls.certificate)}`,
    `priv_key_file=${file('pbx.key', tls.privateKey)}`,
    `ca_list_file=${file('authorities.crt', tls.authorities)}`,
    'method=tlsv1_2',
    '',
  ].join('\n');
}
