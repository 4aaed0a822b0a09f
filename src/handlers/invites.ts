import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { AccountRef } from '../config.ts';
import type { Guesses } from '../people/guesses.ts';
import { INVITE_CODE } from '../people/invite-code.ts';
import type { InvitesStore } from '../people/invites-store.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { say, type Feature } from './feature.ts';
import type { Registration } from './registration.ts';
import { roleOf } from './role-names.ts';

export interface InvitesDeps {
  invites: InvitesStore;
  people: Pick<PeopleStore, 'accountsOf'>;
  units: Pick<UnitsStore, 'byId'>;
  guesses: Guesses;
  registration: Pick<Registration, 'require'>;
  /** Told when what these accounts may do has changed. */
  onRolesChanged: (accounts: readonly AccountRef[]) => void;
}

export interface Invites {
  /** What `/start <code>`, or the code alone, says; undefined: the text is no invite. */
  accept: (message: Incoming, text: string) => Promise<Outgoing[] | undefined>;
  feature: Feature;
}

/** Accepting an invite: at once by who is registered, after registering by everybody else. */
export function createInvites(deps: InvitesDeps): Invites {
  const { invites, people, units, guesses, registration } = deps;

  async function accept(message: Incoming, text: string): Promise<Outgoing[] | undefined> {
    if (!INVITE_CODE.test(text)) return undefined;
    if (message.group) return say(PRIVATELY);
    const account = `${message.channel}:${message.userId}`;
    if (!guesses.allowed(account)) return say(TOO_MANY);
    const invite = await invites.find(text);
    if (!invite) {
      guesses.wrong(account);
      return say(NOT_GOOD);
    }
    // Accepting puts those into the unit; others say themselves where they belong.
    const unitless = invite.unitId !== undefined && (invite.role === 'secretary' || invite.role === 'trainee');
    return registration.require(message, { name: ONWARD, argument: invite.id, unitless });
  }

  async function grant(person: Person, inviteId: string): Promise<Outgoing[]> {
    const granted = await invites.accept(inviteId, person.id);
    if (!granted) return say(NOT_GOOD);
    const unit = granted.unitId === undefined ? undefined : await units.byId(granted.unitId);
    const role = roleOf(granted.role, unit?.name);
    if (granted.had) return say(`Đồng chí đã là ${role} từ trước. ${WHAT_NEXT}`);
    deps.onRolesChanged(await people.accountsOf(person.id));
    return say(`Từ nay đồng chí là ${role}. ${WHAT_NEXT}`);
  }

  return {
    accept,
    feature: {
      commands: [],
      choices: {},
      codes: [{ form: INVITE_CODE, run: async (message, code) => (await accept(message, code)) ?? say(NOT_GOOD) }],
      onward: { [ONWARD]: (_message, person, inviteId) => grant(person, inviteId) },
    },
  };
}

const ONWARD = 'invite';
const WHAT_NEXT = 'Đồng chí gõ /trogiup để xem các lệnh dùng được.';
const PRIVATELY = 'Mã mời chỉ dùng được khi đồng chí nhắn riêng cho tôi.';
const NOT_GOOD =
  'Mã mời này không dùng được: gõ sai, đã có người dùng, hoặc đã quá 7 ngày. Đồng chí xem lại mã, hoặc xin người mời một mã mới.';
const TOO_MANY = 'Đồng chí đã thử sai nhiều lần. Xin chờ một giờ rồi gõ lại mã.';
