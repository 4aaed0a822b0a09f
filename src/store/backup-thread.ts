import { workerData } from 'node:worker_threads';
import { copyDatabase, type CopyOptions } from './backup-copy.ts';

/* Makes one copy, beside the bot's own thread, which answers meanwhile. */
await copyDatabase(workerData as CopyOptions);
