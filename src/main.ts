import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Modules are kept compiled between starts, which saves a third of the start; so nothing is imported before this.
enableCompileCache();
const { run } = await import('./run.ts');
await run();
// Some 40 MB are in use, but V8 lets garbage grow to several times as much before it looks. Not before the start is over:
// there, with a large handbook, collecting early would cost seconds.
setFlagsFromString('--optimize-for-size');
