import { basename, dirname } from 'node:path';
import express, { type RequestHandler } from 'express';

const ONE_YEAR = 'public, max-age=31536000, immutable';

/** The built page. A file below `assets/` has its content's hash in its name and is never asked for twice. */
export function staticPage(webRoot: string): RequestHandler {
  return express.static(webRoot, {
    index: 'index.html',
    dotfiles: 'ignore',
    redirect: false,
    setHeaders: (response, path) => {
      const isHashed = basename(dirname(path)) === 'assets';
      response.setHeader('Cache-Control', isHashed ? ONE_YEAR : 'no-cache');
    },
  });
}
