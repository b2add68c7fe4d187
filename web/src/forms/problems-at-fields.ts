import type { ErrorSchema } from '@rjsf/utils';
import type { FieldProblem } from '../api/device-api.js';

/** The device's problems where the form shows them: `settings.lines[2].name` at that field. */
export function problemsAtFields(problems: readonly FieldProblem[]): ErrorSchema {
  const root: ErrorSchema = {};
  for (const { path, message, accepted } of problems) {
    let place = root as Record<string, ErrorSchema>;
    for (const part of path.split(/[.[\]]+/).filter((one) => one !== '')) {
      place = (place[part] ??= {}) as Record<string, ErrorSchema>;
    }
    const text = accepted === undefined ? message : `${message} (accepted: ${accepted})`;
    const at = place as ErrorSchema;
    at.__errors = [...(at.__errors ?? []), text];
  }
  return root;
}
