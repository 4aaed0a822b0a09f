import { enableCompileCache } from 'node:module';

// As in src/main.mjs: a question asked in the terminal takes a quarter less time, and 20 MB less.
enableCompileCache();
await import('./ask.ts');
