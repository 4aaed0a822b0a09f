import { machine, watchStolen } from './figures.ts';
import { benchAnnouncement } from './announcement.ts';
import { benchAudience } from './audience.ts';
import { benchDelivery } from './delivery.ts';
import { benchFaults } from './faults.ts';
import { benchGrouping } from './grouping.ts';
import { benchGrowth } from './growth.ts';
import { benchHandbook } from './handbook.ts';
import { benchIndexChange } from './index-change.ts';
import { benchLoad } from './load.ts';
import { benchMemory } from './memory.ts';
import { benchPeers } from './peers.ts';
import { benchProvince } from './load-province.ts';
import { benchRandom } from './random.ts';
import { benchReminders } from './reminders.ts';
import { benchSecret } from './secret.ts';
import { benchStartup } from './startup.ts';
import { benchStop } from './load-stop.ts';

/*
 * `npm run bench`: how long things take on this machine. `npm run bench -- load growth`: only these; those that take minutes
 * run only when they are named, and take a size: `load=10` (seconds), `province=1000` (recipients), `faults=2` (hours),
 * `growth=100000` (settled rows).
 */
type Bench = (size?: number) => void | Promise<void>;
const QUICK: Readonly<Record<string, Bench>> = {
  startup: () => benchStartup(),
  handbook: () => benchHandbook(),
  change: () => benchIndexChange(),
  delivery: () => benchDelivery(),
  announcement: () => benchAnnouncement(),
  audience: () => benchAudience(),
  memory: () => benchMemory(),
  random: () => benchRandom(),
  peers: () => benchPeers(),
  reminders: () => benchReminders(),
  grouping: () => benchGrouping(),
  secret: () => benchSecret(),
};
const LONG: Readonly<Record<string, Bench>> = {
  load: benchLoad,
  province: benchProvince,
  stop: () => benchStop(),
  faults: benchFaults,
  growth: benchGrowth,
};

console.log(machine());
const named = process.argv.slice(2).map((argument) => argument.split('='));
for (const [name = '', size] of named.length === 0 ? Object.keys(QUICK).map((one) => [one]) : named) {
  const bench = QUICK[name] ?? LONG[name];
  if (!bench) throw new Error(`no benchmark "${name}"; there are ${Object.keys({ ...QUICK, ...LONG }).join(', ')}`);
  const stolen = watchStolen();
  await bench(size === undefined ? undefined : Number(size));
  const percent = stolen();
  if (percent !== undefined)
    console.log(`Of this machine's processor time its host gave ${percent.toFixed(0)} % to others.`);
}
