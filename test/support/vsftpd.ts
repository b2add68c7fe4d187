import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testCertificate } from './certificates.js';
import { ForeignServer } from './foreign-server.js';
import { freePort } from './free-port.js';

const PASSWORD = 'ftp-secret-1';

/** A real vsftpd on loopback, for FTP and FTPS: one user, whose password is checked, without a user of the system. */
export class Vsftpd {
  readonly port: number;
  readonly password = PASSWORD;
  readonly #server = new ForeignServer();

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<Vsftpd> {
    const vsftpd = new Vsftpd(await freePort());
    const own = await testCertificate({ commonName: 'files', ip: ['127.0.0.1'] });
    const { folder } = vsftpd.#server;
    // vsftpd lets nobody in whose root may be written to.
    mkdirSync(join(folder, 'root/in'), { recursive: true });
    mkdirSync(join(folder, 'root/closed'));
    mkdirSync(join(folder, 'empty'));
    chmodSync(join(folder, 'root/in'), 0o777);
    chmodSync(join(folder, 'root'), 0o555);
    writeFileSync(join(folder, 'certificate.pem'), own.certificate);
    writeFileSync(join(folder, 'key.pem'), own.privateKey);
    writeFileSync(join(folder, 'passwords'), `${PASSWORD}\n`);
    writeFileSync(join(folder, 'vsftpd.conf'), configuration(folder, vsftpd.port));
    await vsftpd.restart();
    return vsftpd;
  }

  /** Starts it again after `stop`. */
  restart(): Promise<void> {
    return this.#server.start('vsftpd', [join(this.#server.folder, 'vsftpd.conf')], this.port);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** For a recipient of kind `ftp` or `ftps`. */
  settings(wishes: object = {}): Record<string, unknown> {
    const login = { user: 'anonymous', password: PASSWORD };
    return { host: '127.0.0.1', port: this.port, folder: 'in', ...login, ...wishes };
  }

  /** The names of the files that were stored. */
  get files(): string[] {
    return readdirSync(join(this.#server.folder, 'root/in')).sort();
  }

  read(name: string): Buffer {
    return readFileSync(join(this.#server.folder, 'root/in', name));
  }
}

function configuration(folder: string, port: number): string {
  return [
    'listen=YES',
    'listen_address=127.0.0.1',
    `listen_port=${port}`,
    'background=NO',
    'run_as_launching_user=YES',
    'seccomp_sandbox=NO',
    'anonymous_enable=YES',
    'secure_email_list_enable=YES',
    `email_password_file=${folder}/passwords`,
    `anon_root=${folder}/root`,
    `secure_chroot_dir=${folder}/empty`,
    'write_enable=YES',
    'anon_upload_enable=YES',
    'anon_other_write_enable=YES',
    'anon_world_readable_only=NO',
    'anon_umask=022',
    'ssl_enable=YES',
    'allow_anon_ssl=YES',
    'require_ssl_reuse=YES',
    `rsa_cert_file=${folder}/certificate.pem`,
    `rsa_private_key_file=${folder}/key.pem`,
    '',
  ].join('\n');
}
