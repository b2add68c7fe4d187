/** The parameters of a request, whatever they are. */
export type Params = Readonly<Record<string, unknown>>;

/** Runs a command of control/. */
export type Run = (command: string, input: unknown) => Promise<unknown>;

/** One method of an API in JSON. The file is the second part of a form, where one was sent. */
export type Method = (params: Params, run: Run, file?: string) => Promise<unknown>;
