import { jest } from '@jest/globals';

// Foreign programs and whole devices start, ring and answer in their own time.
jest.setTimeout(30_000);
