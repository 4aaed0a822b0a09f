import { machine } from './figures.ts';
import { benchDelivery } from './delivery.ts';
import { benchHandbook } from './handbook.ts';
import { benchMemory } from './memory.ts';
import { benchPeers } from './peers.ts';
import { benchRandom } from './random.ts';
import { benchReminders } from './reminders.ts';
import { benchSecret } from './secret.ts';
import { benchStartup } from './startup.ts';

/* `npm run bench`: how long things take on this machine. */
console.log(machine());
await benchStartup();
await benchHandbook();
await benchDelivery();
await benchMemory();
benchRandom();
benchPeers();
await benchReminders();
await benchSecret();
