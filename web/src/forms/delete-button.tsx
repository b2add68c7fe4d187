import { useState } from 'react';
import { TEXTS } from '../texts.js';

/** Deletes at the second press only; whoever looks elsewhere in between is asked anew. */
export function DeleteButton({ name, onDelete }: { readonly name: string; readonly onDelete: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const { delete: once, deleteReally, of } = TEXTS.settings;
  const text = isAsked ? deleteReally : once;
  return (
    <button
      type="button"
      className={isAsked ? 'danger' : undefined}
      aria-label={of(text, name)}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (isAsked) onDelete();
        setAsked(!isAsked);
      }}
    >
      {text}
    </button>
  );
}
