import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { AccountRef } from '../config.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { DataRequest, DataRequestsStore, RequestOfficer } from '../people/data-requests-store.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { forOfficers } from './for-officers.ts';
import { PRIVATELY, type Registration } from './registration.ts';

const DIALOG = 'data-answer';
const PAGE = 8;

export interface DataRequestsDeps {
  requests: DataRequestsStore;
  people: PeopleStore;
  registration: Registration;
  dialogs: Dialogs;
  isOfficer: (message: Incoming) => Promise<boolean>;
  /** Whether this officer has to do with somebody who asked; a stranger's matters are the admins'. */
  maySee: (message: Incoming, person: Person | undefined) => Promise<boolean>;
  /** How an account stands in the audit log. */
  actor: (account: AccountRef) => Promise<string>;
  /** False: could not be sent. */
  notify: (account: AccountRef, markdown: string) => Promise<boolean>;
}

/** `/yeucau`: requests about personal data that need a person, for officers. */
export function createDataRequests(deps: DataRequestsDeps): Feature {
  const { requests, people, registration, dialogs } = deps;

  async function visible(message: Incoming): Promise<DataRequest[]> {
    const seen = await Promise.all(
      (await requests.open()).map(async (request) => ({ request, seen: await sees(message, request) })),
    );
    return seen.flatMap((one) => (one.seen ? one.request : []));
  }

  async function sees(message: Incoming, { account }: DataRequest): Promise<boolean> {
    return deps.maySee(message, await people.of(account));
  }

  async function officer(message: Incoming, { account }: DataRequest): Promise<RequestOfficer> {
    return { actor: await deps.actor(message), unitId: (await people.of(account))?.unitId };
  }

  /** Undefined: there is none (any more) that this officer may see. */
  async function find(message: Incoming, id: string): Promise<DataRequest | undefined> {
    const request = await requests.byId(id);
    return request && (await sees(message, request)) ? request : undefined;
  }

  async function list(message: Incoming): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const open = await visible(message);
    if (open.length === 0) return say('Không có yêu cầu nào về dữ liệu cá nhân đang chờ.');
    const choices = await Promise.all(
      open.slice(0, PAGE).map(async (request) => ({
        id: choiceId('request', 'show', request.id),
        label: `${await who(request)} – ${deadline(request)}`,
      })),
    );
    return say(`Có ${open.length} yêu cầu về dữ liệu cá nhân đang chờ. Đồng chí chọn một:`, choices);
  }

  async function who({ account }: DataRequest): Promise<string> {
    const person = await people.of(account);
    return person?.name ?? 'Người chưa đăng ký';
  }

  async function show(request: DataRequest): Promise<Outgoing[]> {
    const person = await people.of(request.account);
    const unit = person && (await registration.unitOf(person));
    const from = [await who(request), unit].filter((part) => part !== undefined).join(', ');
    return say(`**${escapeMarkdown(from)}** (${deadline(request)})\n\n> ${escapeMarkdown(request.text)}`, [
      { id: choiceId('request', 'answer', request.id), label: 'Trả lời' },
      { id: choiceId('request', 'done', request.id), label: 'Đã giải quyết xong' },
    ]);
  }

  async function answer(message: Incoming, id: unknown): Promise<Outgoing[]> {
    await dialogs.close(message);
    const request = await find(message, String(id));
    if (!request) return say(GONE);
    const sent = await deps.notify(
      request.account,
      `Cán bộ phụ trách trả lời yêu cầu của đồng chí về dữ liệu cá nhân:\n\n> ${escapeMarkdown(message.text)}`,
    );
    if (!sent) return say('Chưa gửi được câu trả lời; đồng chí thử lại sau, hoặc liên hệ trực tiếp.');
    await requests.answered(request.id, await officer(message, request));
    return say('Đã gửi câu trả lời. Khi việc giải quyết xong hẳn, đồng chí bấm:', [
      { id: choiceId('request', 'done', request.id), label: 'Đã giải quyết xong' },
    ]);
  }

  async function press(message: Incoming, [what, id = '']: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const request = await find(message, id);
    if (!request) return say(GONE);
    if (what === 'show') return show(request);
    if (what === 'done') {
      await requests.done(request.id, await officer(message, request));
      return say('Đã đóng yêu cầu; nội dung và người gửi không còn được giữ.');
    }
    if (what !== 'answer') return undefined;
    await dialogs.open(message, DIALOG, request.id);
    return say('Đồng chí gõ câu trả lời vào một tin; tôi gửi nguyên văn cho người yêu cầu. (Gõ /huy để thôi.)');
  }

  const feature: Feature = {
    commands: [
      {
        name: 'yeucau',
        description: 'Xem yêu cầu về dữ liệu cá nhân',
        audience: 'officer',
        words: ['yeu cau', 'yeu cau du lieu'],
        run: list,
      },
    ],
    choices: { request: press },
    dialogs: { [DIALOG]: answer },
    inWords: [DIALOG],
  };
  return forOfficers(feature, deps.isOfficer);
}

const GONE = 'Yêu cầu này đã được đóng. Đồng chí gõ /yeucau để xem các yêu cầu còn lại.';

function deadline({ answered, answerBy, finishBy }: DataRequest): string {
  return answered
    ? `xong trước hết ngày ${vietnameseDate(finishBy.toString())}`
    : `trả lời chậm nhất ngày ${vietnameseDate(answerBy.toString())}`;
}
