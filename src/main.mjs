import { enableCompileCache } from 'node:module';

/*
 * Modules are kept compiled between starts, which saves a third of the start; so nothing is imported before this. And
 * plain JavaScript: Node would load its reader of TypeScript for this file alone, which takes more than 10 MB for good.
 */
enableCompileCache();
const { run } = await import('./run.ts');
await run();
