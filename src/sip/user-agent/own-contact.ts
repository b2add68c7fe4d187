/** The parts of a Contact of ours that do not depend on where the message goes. */
export type OwnContact = {
  /** The user part, escaped. */
  readonly user: string | undefined;
  /** URI parameters as they are written: `;line=office`. Empty: none. */
  readonly parameters: string;
};
