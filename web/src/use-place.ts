import { useEffect, useState } from 'react';

/** Where on the page one is: `overview`, `profiles`, or `settings` with a section. Kept in the address. */
export type Place = { readonly page: string; readonly section: string };

export function usePlace(): Place {
  const [hash, setHash] = useState(() => globalThis.location.hash);
  useEffect(() => {
    const follow = () => setHash(globalThis.location.hash);
    globalThis.addEventListener('hashchange', follow);
    return () => globalThis.removeEventListener('hashchange', follow);
  }, []);
  const [page = '', section = ''] = hash.replace(/^#\//, '').split('/');
  return {
    page: page === '' || page.startsWith('#') ? 'overview' : page,
    section: decodeURIComponent(section),
  };
}
