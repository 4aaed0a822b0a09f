import { machine } from './figures.ts';
import { benchHandbook } from './handbook.ts';
import { benchStartup } from './startup.ts';

/* `npm run bench`: how long things take on this machine. */
console.log(machine());
await benchStartup();
await benchHandbook();
