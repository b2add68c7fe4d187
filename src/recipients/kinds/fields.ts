import { z } from 'zod';

/** A name or an address of a machine; IPv6 without brackets. */
export const hostField = z
  .string()
  .trim()
  .min(1, 'Name the server.')
  .max(255)
  .regex(/^[A-Za-z0-9_.:-]+$/, 'a name such as ftp.example.com, or an address');

export const portField = z.int().min(1).max(65_535);

/** What a person types to log in; empty is nobody. */
export const userField = z.string().max(256).default('');
export const passwordField = z.string().max(1_024).default('');

/** One line of a protocol: no control characters, which would begin the next. */
export const lineField = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'one line');
