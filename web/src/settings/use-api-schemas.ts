import type { RJSFSchema } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import { read } from '../api/device-api.js';

type Operation = {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: RJSFSchema }>> };
};
type OpenApi = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** What the API takes, by its own description. */
export class ApiSchemas {
  readonly #paths: OpenApi['paths'];

  constructor({ paths }: OpenApi) {
    this.#paths = paths;
  }

  has(path: string): boolean {
    return this.#paths[path] !== undefined;
  }

  /** The body that a method of an address takes; none where it takes none. */
  bodyOf(method: string, path: string): RJSFSchema | undefined {
    return this.#paths[path]?.[method.toLowerCase()]?.requestBody?.content?.['application/json']?.schema;
  }
}

/** Read once for the page: it changes only with the version of the device. */
let known: Promise<ApiSchemas> | undefined;

export function useApiSchemas(): ApiSchemas | undefined {
  const [schemas, setSchemas] = useState<ApiSchemas>();
  useEffect(() => {
    known ??= read<OpenApi>('/openapi.json').then((document) => new ApiSchemas(document));
    known.then(setSchemas, () => {
      known = undefined;
    });
  }, []);
  return schemas;
}
