import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import { CODE_MINUTES, type LinkCodes } from '../people/link-codes-store.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import { say, type Feature } from './feature.ts';
import { PLATFORMS } from '../bot/platforms.ts';
import { PRIVATELY, type Registration } from './registration.ts';

/** Wrong codes from one account before it has to wait, so that nobody can use up the codes of others. */
const TRIES = 5;

export interface LinkDeps {
  people: PeopleStore;
  codes: LinkCodes;
  registration: Registration;
  /** Sends by itself to one of a person's accounts. */
  notify: (account: AccountRef, markdown: string) => Promise<unknown>;
  /** Told when what these accounts may do has changed. */
  onRolesChanged: (accounts: readonly AccountRef[]) => void;
  clock: Clock;
}

/** `/lienket`: several accounts of one person, joined by a code shown on the one and typed on the other. */
export function createLink(deps: LinkDeps): Feature {
  const { people, codes, registration, notify, clock } = deps;
  const wrong = new Map<string, Temporal.Instant[]>();

  function recentlyWrong({ channel, userId }: Incoming): Temporal.Instant[] {
    const since = clock.now().subtract({ minutes: CODE_MINUTES });
    for (const [key, times] of wrong) {
      if (times.every((time) => Temporal.Instant.compare(time, since) < 0)) wrong.delete(key);
    }
    return wrong.get(`${channel}:${userId}`) ?? [];
  }

  async function showCode(person: Person): Promise<Outgoing[]> {
    const code = await codes.make(person.id);
    return say(
      `Mã liên kết của đồng chí: **${code}**\n\nTrong ${CODE_MINUTES} phút, đồng chí mở sổ tay trên nền tảng kia (Zalo hoặc Telegram) và gõ: /lienket ${code}\n\nĐừng đưa mã này cho ai khác.`,
    );
  }

  async function redeem(message: Incoming, code: string): Promise<Outgoing[]> {
    const tried = recentlyWrong(message);
    if (tried.length >= TRIES) return say(WAIT);
    const own = await people.of(message);
    const id = await codes.redeem(code);
    if (id === undefined) {
      wrong.set(`${message.channel}:${message.userId}`, [...tried, clock.now()]);
      return say(WRONG_CODE);
    }
    if (own?.id === id) return say(OWN_CODE);
    const others = await people.accountsOf(id);
    await people.link(id, message);
    deps.onRolesChanged(await people.accountsOf(id));
    for (const other of others) await notify(other, linkedElsewhere(PLATFORMS[message.channel]));
    const platforms = [...new Set(others.map(({ channel }) => PLATFORMS[channel]))].join(', ');
    return say(`Đã liên kết với tài khoản của đồng chí trên ${platforms}. ${WHERE}`);
  }

  return {
    commands: [
      {
        name: 'lienket',
        description: 'Dùng chung một đăng ký trên Zalo và Telegram',
        audience: 'everyone',
        words: ['lien ket', 'lien ket tai khoan'],
        argument: /^\d{3}\s?\d{3}$/,
        run(message, argument) {
          if (message.group) return say(PRIVATELY);
          if (argument === '') return registration.require(message, { name: 'link', argument: '' });
          const code = argument.replace(/\s/g, '');
          return /^\d{6}$/.test(code) ? redeem(message, code) : say(WRONG_CODE);
        },
      },
    ],
    choices: {},
    onward: { link: (_message, person) => showCode(person) },
  };
}

const WRONG_CODE =
  'Mã không đúng hoặc đã hết hạn. Đồng chí gõ /lienket trên nền tảng kia để lấy mã mới, rồi gõ lại ở đây.';
const WAIT = `Đồng chí đã gõ sai nhiều lần. Đồng chí chờ ${CODE_MINUTES} phút rồi lấy mã mới giúp tôi.`;
const OWN_CODE =
  'Mã này lấy từ chính tài khoản này. Đồng chí gõ /lienket để lấy mã khác, rồi gõ mã đó trên nền tảng kia.';
const WHERE = 'Muốn chọn nơi nhận tin nhắc, đồng chí gõ /caidat.';

function linkedElsewhere(platform: string): string {
  return `Tài khoản của đồng chí vừa được liên kết với một tài khoản trên ${platform}. Nếu không phải đồng chí làm, đồng chí báo ngay cán bộ phụ trách.`;
}
