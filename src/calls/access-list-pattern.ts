/** A text to compare with, in small letters, in which `*` stands for any characters and `?` for one. */
export interface TextPattern {
  /** The only text that fits; none where there are wildcards or a range. */
  readonly exact: string | undefined;
  /** `text` in small letters. */
  matches(text: string): boolean;
}

/** More digits than this are not counted exactly. */
const MOST_DIGITS = 15;

/** Compiles a text with wildcards, or a range of numbers `1001-1010`; letters count as their small ones. */
export function textPattern(text: string): TextPattern {
  const small = text.toLowerCase();
  const range = /^(\d+)-(\d+)$/.exec(small);
  if (range?.[1] !== undefined && range[2] !== undefined && isCountable(range[1], range[2])) {
    return rangePattern(range[1], range[2]);
  }
  if (!small.includes('*') && !small.includes('?')) {
    return { exact: small, matches: (other) => other === small };
  }
  return { exact: undefined, matches: (other) => fits(small, other) };
}

function isCountable(from: string, to: string): boolean {
  return from.length === to.length && from.length <= MOST_DIGITS && Number(from) <= Number(to);
}

function rangePattern(from: string, to: string): TextPattern {
  const [first, last] = [Number(from), Number(to)];
  const matches = (text: string): boolean => {
    if (text.length !== from.length) return false;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 48 || code > 57) return false;
    }
    const number = Number(text);
    return number >= first && number <= last;
  };
  return { exact: undefined, matches };
}

/** Compares from left to right and comes back to the last star only, so that no text takes long. */
function fits(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length;) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = index;
    } else if (wanted === '?' || wanted === text[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
