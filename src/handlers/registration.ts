import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { typedChoice } from '../bot/typed-choice.ts';
import type { Consent } from '../people/consent.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import { readPersonName } from '../people/person-name.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

/** Longest name of a unit that is kept as it was typed. UTF-16 units. */
const LONGEST_UNIT = 150;
/** Units to choose from when the typed name is not clear. */
const CANDIDATES = 6;
const DIALOG = 'register';

/** What to go on with: a function of some feature's `onward`. */
export interface Onward {
  name: string;
  argument: string;
  /** It needs no name and no unit, so they are not asked for. */
  nameless?: boolean;
  /** It brings the unit, so that is not asked for. */
  unitless?: boolean;
}

/** A party organisation, as far as it is shown. */
interface NamedUnit {
  id: string;
  name: string;
}

/** Finds the party organisation that a typed name means. */
export interface UnitMatcher {
  match(
    text: string,
  ): Promise<
    { kind: 'exact'; unit: NamedUnit } | { kind: 'candidates'; units: readonly NamedUnit[] } | { kind: 'none' }
  >;
  byId(id: string): Promise<NamedUnit | undefined>;
  /** The name with that of the unit above, which tells namesakes apart. */
  label(unit: NamedUnit): Promise<string>;
}

export interface RegistrationDeps {
  people: PeopleStore;
  dialogs: Dialogs;
  units: UnitMatcher;
  consent: Consent;
  /** Whether this text is a command in words: then it is neither a name nor a unit. */
  isCommand: (text: string) => boolean;
  /** All features, for their `onward`. */
  features: () => readonly Feature[];
}

export interface Registration {
  /**
   * Goes on with `onward`; whoever is not registered is first asked for consent, name and unit. What is known is not
   * asked again, except for consent when its text has changed.
   */
  require(message: Incoming, onward: Onward): Promise<Outgoing[]>;
  /** Asks for a name or a unit that replaces what is kept. */
  askAgain(message: Incoming, what: 'name' | 'unit', onward: Onward): Promise<Outgoing[]>;
  /** The name of a person's unit, or what they typed for it. */
  unitOf(person: Person): Promise<string | undefined>;
  feature: Feature;
}

interface State {
  step: 'consent' | 'name' | 'unit';
  onward: Onward;
  /** What was last typed, while it is asked what it means. */
  typed?: string;
}

/** Consent, then name, then unit: what everything that needs to know a person goes through first. */
export function createRegistration(deps: RegistrationDeps): Registration {
  const { people, dialogs, units, consent } = deps;
  const agree = { id: choiceId('register', 'agree', consent.version), label: 'Tôi đồng ý' };
  const disagree = { id: choiceId('register', 'refuse'), label: 'Không' };

  async function require(message: Incoming, onward: Onward): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    if (person?.consent.version === consent.version) return next(message, person, onward);
    await open(message, { step: 'consent', onward });
    return say(consent.markdown, [agree, disagree]);
  }

  /** Asks for what is still missing, or goes on. */
  async function next(message: Incoming, person: Person, onward: Onward, done = ''): Promise<Outgoing[]> {
    if (!onward.nameless && person.name === undefined) return ask(message, 'name', onward);
    const needsUnit = !onward.nameless && !onward.unitless;
    if (needsUnit && person.unitId === undefined && person.unitText === undefined) {
      return ask(message, 'unit', onward, `Cảm ơn đồng chí **${escapeMarkdown(person.name ?? '')}**.`);
    }
    await dialogs.close(message);
    const known = Object.fromEntries(deps.features().flatMap((one) => Object.entries(one.onward ?? {})));
    const goOn = Object.hasOwn(known, onward.name) ? known[onward.name] : undefined;
    const [first, ...rest] = goOn ? await goOn(message, person, onward.argument) : say(REGISTERED);
    if (!first) return say(done);
    return [{ ...first, markdown: joined(done, first.markdown) }, ...rest];
  }

  async function ask(message: Incoming, step: 'name' | 'unit', onward: Onward, before = ''): Promise<Outgoing[]> {
    await open(message, { step, onward });
    return say(joined(before, step === 'name' ? ASK_NAME : ASK_UNIT));
  }

  const open = (message: Incoming, state: State): Promise<void> => dialogs.open(message, DIALOG, state);

  async function agreed(message: Incoming, version: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const { onward } = ((await dialogs.state(message, DIALOG)) ?? { onward: NOTHING_MORE }) as State;
    if (version !== consent.version) return require(message, onward);
    return next(message, await people.register(message, consent.version), onward);
  }

  async function leave(message: Incoming): Promise<Outgoing[]> {
    await dialogs.close(message);
    return say(ASK_AGAIN);
  }

  async function refused(message: Incoming): Promise<Outgoing[]> {
    await dialogs.close(message);
    return say((await people.of(message)) ? KEPT_BEFORE : NOT_KEPT);
  }

  async function named(message: Incoming, text: string, onward: Onward): Promise<Outgoing[] | undefined> {
    const person = await people.of(message);
    if (!person) return require(message, onward);
    if (text.includes('?') || deps.isCommand(text)) return undefined;
    const name = readPersonName(text);
    if (name === undefined) return dialogs.misread(message, NO_NAME);
    if (!dialogs.isMeantElsewhere(text)) return settleName(message, person, name, onward);
    await open(message, { step: 'name', onward, typed: name });
    return say(`**${escapeMarkdown(name)}** là họ và tên của đồng chí phải không?`, [IS_NAME, IS_QUESTION]);
  }

  async function settleName(message: Incoming, person: Person, name: string, onward: Onward): Promise<Outgoing[]> {
    await people.rename(person.id, name);
    const done = person.name === undefined ? '' : `Tôi đã ghi họ và tên: **${escapeMarkdown(name)}**.`;
    return next(message, { ...person, name }, onward, done);
  }

  async function belongs(message: Incoming, text: string, onward: Onward): Promise<Outgoing[] | undefined> {
    const person = await people.of(message);
    if (!person) return require(message, onward);
    // A question is not looked for: names of units look like one.
    if (text.includes('?') || deps.isCommand(text)) return undefined;
    if (text.length > LONGEST_UNIT) return say(LONG_UNIT);
    const found = await units.match(text);
    if (found.kind === 'exact') return settle(message, person, found.unit, onward);
    if (found.kind === 'none') return settleText(message, person, text, onward);
    await open(message, { step: 'unit', onward, typed: text });
    const candidates = found.units.slice(0, CANDIDATES).map(async (unit) => ({
      id: choiceId('register', 'unit', unit.id),
      label: await units.label(unit),
    }));
    return say(WHICH_UNIT, [
      ...(await Promise.all(candidates)),
      { id: choiceId('register', 'unit'), label: 'Không có đơn vị nào đúng' },
    ]);
  }

  async function settle(message: Incoming, person: Person, unit: NamedUnit, onward: Onward): Promise<Outgoing[]> {
    await people.setUnit(person.id, { id: unit.id });
    const done = `Tôi đã ghi đơn vị: **${escapeMarkdown(unit.name)}**.`;
    return next(message, { ...person, unitId: unit.id, unitText: undefined }, onward, done);
  }

  async function settleText(message: Incoming, person: Person, text: string, onward: Onward): Promise<Outgoing[]> {
    const unitText = text.normalize('NFC').replace(/\s+/gu, ' ').trim().toWellFormed();
    await people.setUnit(person.id, { text: unitText });
    const done = `Danh sách của tôi chưa có đơn vị này, nên tôi ghi đúng như đồng chí gõ: **${escapeMarkdown(unitText)}**. Cán bộ phụ trách sẽ xếp vào đơn vị đúng.`;
    return next(message, { ...person, unitId: undefined, unitText }, onward, done);
  }

  /** Whether what was typed, which the handbook has an answer to, is a name all the same. */
  async function nameConfirmed(message: Incoming): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, DIALOG)) as State | undefined;
    const person = await people.of(message);
    if (!person || state?.step !== 'name' || state.typed === undefined) return undefined;
    return settleName(message, person, state.typed, state.onward);
  }

  async function picked(message: Incoming, unitId: string | undefined): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, DIALOG)) as State | undefined;
    const person = await people.of(message);
    if (!person || state?.step !== 'unit') return undefined;
    if (unitId === undefined)
      return state.typed === undefined ? undefined : settleText(message, person, state.typed, state.onward);
    const unit = await units.byId(unitId);
    return unit && settle(message, person, unit, state.onward);
  }

  return {
    require,
    async askAgain(message, what, onward) {
      if (message.group) return say(PRIVATELY);
      return (await people.of(message)) ? ask(message, what, onward) : require(message, onward);
    },
    async unitOf({ unitId, unitText }) {
      return unitId === undefined ? unitText : (await units.byId(unitId))?.name;
    },
    feature: {
      commands: [],
      choices: {
        register: async (message, [what, about]) => {
          if (what === 'agree') return agreed(message, about ?? '');
          if (what === 'refuse') return refused(message);
          if (what === 'name') return (await nameConfirmed(message)) ?? say(TYPE_AGAIN);
          if (what === 'leave') return leave(message);
          return what === 'unit' ? ((await picked(message, about)) ?? say(TYPE_AGAIN)) : undefined;
        },
      },
      dialogs: {
        async [DIALOG](message, state) {
          const { step, onward } = state as State;
          const text = message.text.trim();
          if (step === 'name') return named(message, text, onward);
          if (step === 'unit') return belongs(message, text, onward);
          const spoken = words(fold(text)).join(' ');
          const typed = typedChoice(text, [agree, disagree]);
          if (typed === agree || YES.test(spoken)) return agreed(message, consent.version);
          return typed === disagree || NO.test(spoken) ? refused(message) : undefined;
        },
      },
    },
  };
}

/** Folded: how people say yes and no to the consent. "Ok" or "vâng" may mean no more than that it was read. */
const YES = /^(?:(?:da|vang|co) )*(?:toi )?(?:xin )?(?:dong y|nhat tri)(?: a| nhe)?$/;
const NO = /^(?:da )?(?:toi )?khong(?: dong y)?(?: a| dau)?$/;
const IS_NAME: Choice = { id: choiceId('register', 'name'), label: 'Đúng, là họ tên tôi' };
const IS_QUESTION: Choice = { id: choiceId('register', 'leave'), label: 'Không, tôi hỏi sổ tay' };
const NOTHING_MORE: Onward = { name: '', argument: '' };

function joined(...paragraphs: string[]): string {
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

export const PRIVATELY = 'Việc này có thông tin riêng của đồng chí, nên đồng chí nhắn riêng cho tôi giúp nhé.';
const ASK_NAME = 'Đồng chí cho biết **họ và tên**? Ví dụ: Nguyễn Văn An. (Gõ /huy để thôi.)';
const ASK_UNIT =
  'Đồng chí thuộc **đơn vị** nào? Gõ tên chi bộ hoặc đảng bộ, ví dụ: Chi bộ Văn phòng. (Gõ /huy để thôi.)';
const NO_NAME =
  'Tôi chưa đọc được họ và tên. Đồng chí gõ đủ họ và tên bằng chữ, ví dụ: Nguyễn Văn An. Muốn thôi thì gõ /huy.';
const LONG_UNIT = 'Tên đơn vị dài quá. Đồng chí gõ gọn lại, ví dụ: Chi bộ Văn phòng. Muốn thôi thì gõ /huy.';
const WHICH_UNIT = 'Đồng chí thuộc đơn vị nào trong các **đơn vị** này? Chọn một, hoặc gõ lại tên cho rõ hơn:';
const TYPE_AGAIN = 'Lựa chọn này đã cũ. Muốn đổi họ tên hay đơn vị, đồng chí gõ /dulieu rồi chọn "Sửa".';
const ASK_AGAIN = 'Đồng chí gõ lại câu hỏi giúp tôi. Khi nào muốn đăng ký tiếp thì gõ lại lệnh vừa rồi.';
const NOT_KEPT =
  'Tôi không ghi gì về đồng chí. Đồng chí vẫn hỏi sổ tay bình thường; khi nào muốn đăng ký thì gõ lại lệnh vừa rồi.';
const KEPT_BEFORE =
  'Trước đây đồng chí đã đồng ý, nên tôi vẫn giữ thông tin đã ghi. Muốn rút lại đồng ý hoặc xóa, đồng chí gõ /dulieu.';
const REGISTERED = 'Đã đăng ký xong. Đồng chí gõ /dulieu để xem hoặc sửa những gì tôi giữ, /caidat để chọn cách nhắc.';
