import type { AccountRef } from '../../src/config.ts';
import { SAMPLE_ROLES, SAMPLE_UNITS } from '../../src/demo/sample.ts';
import type { TestConversation } from '../support/conversation.ts';
import type { Actor } from './example.ts';

const telegram = (userId: string): AccountRef => ({ channel: 'telegram', userId });
/** Those who have a role; "Đồng chí" has never written before. */
const CAST: Record<string, { account: AccountRef; sample?: string; name?: string }> = {
  'Đồng chí': { account: telegram('1') },
  'Học viên': { account: telegram('2'), sample: 'Học viên' },
  'Bí thư': { account: telegram('3'), sample: 'Bí thư chi bộ' },
  'Cán bộ': { account: telegram('4'), sample: 'Cán bộ phụ trách' },
  'Cán bộ khác': { account: telegram('5'), sample: 'Cán bộ phụ trách', name: 'Cán bộ Mẫu 2' },
  'Cán bộ xã': { account: telegram('6'), name: 'Cán bộ xã Mẫu' },
};

/** The units and people of the sample committee. */
export async function addCast(bot: TestConversation): Promise<void> {
  const units = await bot.addUnits(SAMPLE_UNITS.map(({ name, parent }) => `${name} | ${parent}`));
  for (const { account, sample, name } of Object.values(CAST)) {
    const role = SAMPLE_ROLES.find(({ label }) => label === sample);
    const unitId = units.get(role?.unit ?? SAMPLE_UNITS[0]?.name ?? '');
    if (role) {
      const held = { role: role.role, unitId: role.role === 'admin' ? undefined : unitId };
      await bot.addPerson(account, name ?? role.name, held, unitId);
    } else if (name !== undefined) await bot.addPerson(account, name, { role: 'officer', unitId }, unitId);
  }
}

/** @throws when an example names somebody who is not in the cast */
export function accountOf({ name, place }: Actor): AccountRef {
  const account = CAST[name]?.account;
  if (!account) throw new Error(`nobody is called ${name}`);
  return place === 'zalo' ? { channel: 'zalo', userId: `z${account.userId}` } : account;
}
