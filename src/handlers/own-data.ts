import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { DataRequestsStore } from '../people/data-requests-store.ts';
import type { Erasure } from '../people/erasure-store.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PLATFORMS } from '../bot/platforms.ts';
import { PRIVATELY, type Registration } from './registration.ts';
import { describeSettings } from './settings.ts';

const DIALOG = 'data-request';
/** UTF-16 units of a request that a person has to see to. */
const LONGEST_REQUEST = 1000;
/** Of one account that wait; officers are told of each. */
const MOST_REQUESTS = 5;

/** One line of what is kept about a person: "Vai trò", "cán bộ phụ trách Đảng ủy xã A". */
export interface KeptLine {
  what: string;
  value: string;
}

export interface OwnDataDeps {
  people: PeopleStore;
  dialogs: Dialogs;
  registration: Registration;
  erasure: Erasure;
  requests: DataRequestsStore;
  /** What other parts keep about a person. */
  sources: readonly ((person: Person) => Promise<KeptLine[]>)[];
  /** How long questions, and what was sent when, are kept. */
  questionDays: number;
  deliveryDays: number;
  /** Tells those who see to requests, without saying whose it is. */
  tellOfficers: (markdown: string) => Promise<unknown>;
  /** Told when what these accounts may do has changed. */
  onRolesChanged: (accounts: readonly AccountRef[]) => void;
  clock: Clock;
  timeZone: string;
}

/** `/dulieu`: what is kept about oneself, a copy of it, correction, withdrawal, erasure, and other requests. */
export function createOwnData(deps: OwnDataDeps): Feature {
  const { people, dialogs, registration, erasure, requests, clock, timeZone } = deps;

  const day = (instant: Temporal.Instant): string =>
    vietnameseDate(instant.toZonedDateTimeISO(timeZone).toPlainDate().toString());

  const questions = `Câu hỏi của đồng chí được giữ ${deps.questionDays} ngày, không kèm tên hay tài khoản người hỏi.`;
  const deliveries = `Việc tôi đã nhắn cho đồng chí lúc nào được giữ ${deps.deliveryDays} ngày, không kèm nội dung.`;

  async function linesOf(person: Person): Promise<KeptLine[]> {
    const accounts = await people.accountsOf(person.id);
    const today = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const kept = await Promise.all(deps.sources.map((source) => source(person)));
    return [
      { what: 'Họ và tên', value: person.name ?? 'chưa có' },
      { what: 'Đơn vị', value: (await registration.unitOf(person)) ?? 'chưa có' },
      ...accounts.map(({ channel, userId, firstSeen }) => ({
        what: 'Tài khoản',
        value: `${PLATFORMS[channel]}, mã ${userId}, nhắn lần đầu ngày ${day(firstSeen)}`,
      })),
      { what: 'Đồng ý', value: `ngày ${day(person.consent.at)}, bản ${person.consent.version}` },
      ...kept.flat(),
      ...(await requestLines(accounts)),
      ...describeSettings(person.settings, today).map(({ what, how }) => ({ what: `Cài đặt – ${what}`, value: how })),
    ];
  }

  async function requestLines(accounts: readonly AccountRef[]): Promise<KeptLine[]> {
    const asked = await requests.openOf(accounts);
    return asked.map(({ receivedAt, text }) => ({ what: `Yêu cầu gửi ngày ${day(receivedAt)}`, value: text }));
  }

  const listed = (lines: readonly KeptLine[]): string =>
    lines.map(({ what, value }) => `- **${what}:** ${escapeMarkdown(value)}`).join('\n');

  async function show(message: Incoming): Promise<Outgoing[]> {
    const person = await people.of(message);
    if (!person) {
      const asked = listed(await requestLines([message]));
      return say(`${NOT_REGISTERED} ${questions}${asked === '' ? '' : `\n\n${asked}`}`, [ERASE, OTHER]);
    }
    const list = listed(await linesOf(person));
    return say(`**Những gì tôi giữ về đồng chí**\n\n${list}\n\n${questions} ${deliveries}`, [
      { id: choiceId('data', 'copy'), label: 'Tải về' },
      { id: choiceId('data', 'edit', 'name'), label: 'Sửa họ tên' },
      { id: choiceId('data', 'edit', 'unit'), label: 'Sửa đơn vị' },
      { id: choiceId('data', 'withdraw'), label: 'Rút lại đồng ý' },
      ERASE,
      OTHER,
    ]);
  }

  async function copy(message: Incoming): Promise<Outgoing[]> {
    const person = await people.of(message);
    if (!person) return say(NOT_REGISTERED, [ERASE, OTHER]);
    const lines = (await linesOf(person)).map(({ what, value }) => `${what}: ${value.replace(/\s+/gu, ' ')}`);
    const head = `Dữ liệu của tôi trong Sổ tay chi bộ, ngày ${day(clock.now())}`;
    const file = { name: 'du-lieu-cua-toi.txt', bytes: new TextEncoder().encode([head, ...lines, ''].join('\n')) };
    // Also in the text: not every platform can send files.
    return [{ markdown: ['```', head, ...lines.map((line) => line.replaceAll('`', "'")), '```'].join('\n'), file }];
  }

  async function erase(message: Incoming): Promise<Outgoing[]> {
    const { receipt, accounts } = await erasure.erase(message);
    deps.onRolesChanged(accounts);
    return say(erased(receipt));
  }

  async function check(message: Incoming, receipt: string): Promise<Outgoing[]> {
    const at = await erasure.erasedAt(receipt.toUpperCase(), message);
    return say(at ? `Dữ liệu của tài khoản này đã được xóa ngày ${day(at)}.` : NO_SUCH_RECEIPT);
  }

  async function takeRequest(message: Incoming): Promise<Outgoing[]> {
    const text = message.text.trim();
    if (text.length > LONGEST_REQUEST) return say('Tin dài quá. Đồng chí viết gọn trong 1.000 ký tự giúp tôi.');
    if ((await requests.openOf([message])).length >= MOST_REQUESTS) {
      await dialogs.close(message);
      return say(TOO_MANY_REQUESTS);
    }
    const { answerBy, finishBy } = await requests.add(message, text.normalize('NFC').toWellFormed());
    await dialogs.close(message);
    const by = vietnameseDate(answerBy.toString());
    await deps.tellOfficers(
      `Có một yêu cầu mới về dữ liệu cá nhân, cần trả lời chậm nhất ngày ${by}. Đồng chí gõ /yeucau để xem.`,
    );
    return say(
      `Tôi đã chuyển yêu cầu cho cán bộ phụ trách. Đồng chí sẽ được trả lời tại đây, chậm nhất ngày ${by}; việc được giải quyết xong chậm nhất ngày ${vietnameseDate(finishBy.toString())}.`,
    );
  }

  const actions: Record<string, (message: Incoming, about: string | undefined) => Promise<Outgoing[]>> = {
    show,
    copy,
    edit: (message, about) =>
      registration.askAgain(message, about === 'name' ? 'name' : 'unit', { name: 'own-data', argument: '' }),
    withdraw: () => Promise.resolve(say(ASK_WITHDRAW, CONFIRM)),
    erase: (message, about) => (about === 'yes' ? erase(message) : Promise.resolve(say(ASK_ERASE, CONFIRM))),
    async other(message) {
      await dialogs.open(message, DIALOG);
      return say(ASK_REQUEST);
    },
  };

  function press(message: Incoming, [what = '', about]: string[]): Promise<Outgoing[]> | Outgoing[] | undefined {
    if (message.group) return say(PRIVATELY);
    return Object.hasOwn(actions, what) ? actions[what]?.(message, about) : undefined;
  }

  return {
    commands: [
      {
        name: 'dulieu',
        description: 'Xem, sửa, xóa dữ liệu của mình',
        audience: 'everyone',
        words: ['du lieu', 'du lieu cua toi', 'xoa du lieu', 'xoa du lieu cua toi', 'thong tin cua toi'],
        run(message, argument) {
          if (message.group) return say(PRIVATELY);
          return /^[a-z0-9]{10}$/i.test(argument) ? check(message, argument) : show(message);
        },
      },
    ],
    choices: { data: press },
    dialogs: { [DIALOG]: (message) => takeRequest(message) },
    onward: { 'own-data': (message) => show(message) },
  };
}

const ERASE: Choice = { id: choiceId('data', 'erase'), label: 'Xóa dữ liệu của tôi' };
const OTHER: Choice = { id: choiceId('data', 'other'), label: 'Gửi yêu cầu khác' };
const CONFIRM: Choice[] = [
  { id: choiceId('data', 'erase', 'yes'), label: 'Xác nhận xóa' },
  { id: choiceId('data', 'show'), label: 'Không xóa' },
];

const NOT_REGISTERED =
  'Tôi chưa giữ họ tên, đơn vị hay chức vụ của đồng chí. Tôi chỉ nhớ mã tài khoản này, ngày đồng chí nhắn lần đầu và, đến nửa đêm, rằng hôm nay đồng chí đã nhắn.';
const ASK_ERASE =
  'Tôi sẽ xóa ngay và không lấy lại được: họ tên, đơn vị, vai trò, lớp đã đăng ký, cài đặt và các tài khoản đã liên kết của đồng chí. Đồng chí sẽ không nhận tin nhắc nữa. Đồng chí có chắc không?';
const ASK_WITHDRAW =
  'Rút lại đồng ý thì tôi không được giữ gì về đồng chí nữa, nên sẽ xóa ngay: họ tên, đơn vị, vai trò, lớp đã đăng ký, cài đặt và các tài khoản đã liên kết. Đồng chí vẫn hỏi sổ tay được. Đồng chí có chắc không?';
const TOO_MANY_REQUESTS = `Đồng chí đang có ${MOST_REQUESTS} yêu cầu chờ giải quyết, nên tôi chưa nhận thêm. Cán bộ phụ trách sẽ trả lời đồng chí tại đây.`;
const ASK_REQUEST =
  'Đồng chí viết yêu cầu về dữ liệu của mình vào một tin, ví dụ: *đề nghị chuyển tôi sang đúng chi bộ*. Đừng kèm số căn cước hay hồ sơ. (Gõ /huy để thôi.)';
const NO_SUCH_RECEIPT = 'Tôi không thấy mã này cho tài khoản của đồng chí. Đồng chí kiểm tra lại mã, hoặc gõ /dulieu.';

function erased(receipt: string): string {
  return `Tôi đã xóa hết dữ liệu của đồng chí. Mã xác nhận: **${receipt}** (gõ /dulieu ${receipt} bất cứ lúc nào để kiểm tra). Đồng chí vẫn hỏi sổ tay bình thường. Tin nhắn cũ trong Zalo, Telegram nằm ở máy của đồng chí; đồng chí tự xóa cuộc trò chuyện nếu muốn.`;
}
