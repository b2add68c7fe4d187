import type { Router } from 'express';
import { jsonApiRouter, type VapixOptions } from './json-api.js';
import { jsonOf } from './json-of.js';
import type { Method } from './method.js';
import { SIREN_AND_LIGHT_METHODS } from './siren-and-light-methods.js';
import { VapixError } from './vapix-error.js';

const UPLOAD_MODES: Readonly<Record<string, string>> = {
  add: 'add',
  overwrite: 'overwrite',
  erase_and_add: 'deleteAndAdd',
};

const uploadProfiles: Method = async ({ uploadMode }, run, file) => {
  if (uploadMode === undefined) throw new VapixError(2103, 'uploadMode');
  const mode = typeof uploadMode === 'string' ? UPLOAD_MODES[uploadMode] : undefined;
  if (mode === undefined) {
    throw new VapixError(2104, `uploadMode is one of ${Object.keys(UPLOAD_MODES).join(', ')}`);
  }
  if (file === undefined) throw new VapixError(2103, 'file, as a part of a form (multipart/form-data)');
  const profiles = jsonOf(file);
  if (!Array.isArray(profiles)) throw new VapixError(2101, 'the file is no list of profiles');
  await run('profiles.import', { mode, profiles });
  return {};
};

/** The siren and light API that clients of such devices speak (VAPIX): below `/axis-cgi`. */
export function sirenAndLightRouter(options: VapixOptions): Router {
  const methods = { ...SIREN_AND_LIGHT_METHODS, uploadProfiles };
  return jsonApiRouter({ path: '/siren_and_light.cgi', methods, ...options });
}
