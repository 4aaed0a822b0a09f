import { enableCompileCache } from 'node:module';

// As in src/main.mjs: a question asked in the terminal is answered in half of the time, and in less memory.
enableCompileCache();
await import('./ask.ts');
