import type SftpClient from 'ssh2-sftp-client';
import type { Say } from '../../net/conversation.js';

type ConnectConfig = Parameters<SftpClient['connect']>[0];

interface SftpLogin {
  readonly user: string;
  readonly password: string;
  readonly privateKey: string;
}

type NextWay = Extract<ConnectConfig['authHandler'], (...args: never[]) => unknown>;

/**
 * How to log in at an SSH server (RFC 4252): by the ways that it offers, each once. A server may want the key and then
 * the password. One that takes a password only by its questions (RFC 4256), as many with PAM do, is answered with it.
 */
export function sftpLogin({ user, password, privateKey }: SftpLogin, say: Say): ConnectConfig {
  const left = new Set([
    ...(privateKey === '' ? [] : ['publickey']),
    ...(password === '' ? [] : ['password', 'keyboard-interactive']),
  ]);
  const nextWay: NextWay = (offered, _partialSuccess, _next) => {
    // Who asks for nothing is told the ways there are, and gives nothing away.
    if ((offered as readonly string[] | null) === null) return 'none';
    const way = [...left].find((one) => (offered as readonly string[]).includes(one));
    if (way === undefined) {
      say(`The server still asks for a login by ${offered.join(' or ')}.`);
      return false;
    }
    left.delete(way);
    // The same password twice is one guess more for who counts them.
    if (way === 'password') left.delete('keyboard-interactive');
    say(`Logging in as ${user} by ${WORDS[way]}.`);
    return way === 'keyboard-interactive' ? questions(user, password) : (way as 'password');
  };
  return {
    username: user,
    ...(password !== '' && { password }),
    ...(privateKey !== '' && { privateKey }),
    authHandler: nextWay,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  publickey: 'key',
  password: 'password',
  'keyboard-interactive': 'answering its questions',
};

/** What is not to be seen on the screen is the password, the first time; nobody is here to answer anything else. */
function questions(username: string, password: string) {
  let isTold = false;
  return {
    type: 'keyboard-interactive' as const,
    username,
    prompt: (
      _name: string,
      _instructions: string,
      _language: string,
      prompts: readonly { readonly echo?: boolean }[],
      finish: (answers: string[]) => void,
    ) => {
      finish(
        prompts.map(({ echo = false }) => {
          if (echo || isTold) return '';
          isTold = true;
          return password;
        }),
      );
    },
  };
}
