import { jest } from '@jest/globals';

// Foreign programs start, ring and answer in their own time.
jest.setTimeout(30_000);
