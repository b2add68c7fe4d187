import type { z } from 'zod';

/** Refuses a list in which two have the same id or the same name. */
export function uniqueIds(what: string) {
  return (
    items: readonly { readonly id: string; readonly name: string }[],
    context: z.RefinementCtx,
  ): void => {
    for (const field of ['id', 'name'] as const) {
      const seen = new Set<string>();
      items.forEach((item, index) => {
        if (item[field] !== '' && seen.has(item[field])) {
          context.addIssue({
            code: 'custom',
            path: [index, field],
            message: `another ${what} has this ${field}`,
          });
        }
        seen.add(item[field]);
      });
    }
  };
}
