import { isSipUri, Parameters, sipUri, type Uri } from '../message/index.js';

/** The parts of a Contact of ours that do not depend on where the message goes. */
export type OwnContact = {
  /** The user part, escaped. */
  readonly user: string | undefined;
  /** URI parameters as they are written: `;line=office`. Empty: none. */
  readonly parameters: string;
  /** Whether it is a SIPS URI. Default false. */
  readonly isSecure?: boolean | undefined;
  /** Header parameters as they are written: `;reg-id=1`. Default: none. */
  readonly headerParameters?: string | undefined;
  /** A former Contact of ours, in angle brackets, which is to be removed where it is another by now. Default: none. */
  readonly former?: string | undefined;
};

/** What may be asked of a Contact. */
export type ContactWishes = {
  readonly contactUser?: string | undefined;
  /** An empty value makes a flag: `;ob`. */
  readonly contactParameters?: Readonly<Record<string, string>> | undefined;
};

/** The Contact of somebody whose own address is `address`: its user, unless another is wished for. */
export function contactOf(address: Uri, wishes: ContactWishes): OwnContact {
  const wished = Object.entries(wishes.contactParameters ?? {});
  const parameters = Parameters.of(wished.map(([name, value]) => [name, value === '' ? undefined : value]));
  const written = sipUri({ user: wishes.contactUser, host: 'invalid', parameters });
  const user = written.user ?? (isSipUri(address) ? address.user : undefined);
  return { user, parameters: written.parameters.format(), isSecure: address.scheme === 'sips' };
}
