import { defineConfig } from 'vite';

/** SIP.js with the little that makes a phone of it, as one script for a test's page. */
export default defineConfig({
  build: {
    emptyOutDir: true,
    lib: { entry: 'phone.ts', name: 'phone', formats: ['iife'], fileName: 'phone' },
  },
});
