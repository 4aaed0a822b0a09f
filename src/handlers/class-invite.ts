import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { TrainingClass } from '../classes/training-class.ts';
import { qrCode } from '../pictures/qr-code.ts';
import type { ClassChoice } from './class-choice.ts';
import { say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';
import { className } from './timetable.ts';

const INVITE = 'moi';
/** What a Telegram start link may carry. */
const LINKABLE = /^[A-Za-z0-9_-]{1,60}$/;

export interface ClassInviteDeps {
  choice: ClassChoice;
  /** The address that opens the bot on Telegram with this code; undefined: Telegram is off. */
  startLink: (code: string) => string | undefined;
}

/** `/moi <mã lớp>`: what an officer passes on, so that people enrol by a touch, a scan or a line. */
export function createClassInvite({ choice, startLink }: ClassInviteDeps): Feature {
  async function typed(message: Incoming, code: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const found = await choice.byCode(message, code, INVITE);
    return Array.isArray(found) ? found : invite(found);
  }

  async function invite(trainingClass: TrainingClass): Promise<Outgoing[]> {
    if (trainingClass.state !== 'open') {
      return say(`Lớp ${className(trainingClass)} không còn nhận đăng ký, nên chưa mời được ai.`);
    }
    const { id, code } = trainingClass;
    const link = startLink(LINKABLE.test(code) ? code : id);
    const lines = [
      `Mời đồng chí đăng ký lớp ${className(trainingClass)}.`,
      link === undefined ? '' : `Trên Telegram: mở ${link} (hoặc quét mã QR) rồi bấm Bắt đầu.`,
      `${link === undefined ? 'Đồng chí' : 'Hoặc'} nhắn cho bot trên Zalo hay Telegram: đăng ký ${escapeMarkdown(code)}`,
    ];
    const markdown = lines.filter((line) => line !== '').join('\n\n');
    const picture =
      link === undefined
        ? {}
        : { picture: { png: await qrCode(link), alt: 'Mã QR mở bot trên Telegram để đăng ký lớp này' } };
    return [{ markdown, ...picture }, ...say(FORWARD)];
  }

  return {
    commands: [
      {
        name: 'moi',
        description: 'Lời mời, đường dẫn và mã QR để đăng ký lớp',
        audience: 'officer',
        words: ['moi vao lop', 'moi hoc vien', 'loi moi lop'],
        argument: /^\S{0,30}\d\S{0,30}$/u,
        run: typed,
      },
    ],
    choices: {
      async [INVITE](message, [id = '']) {
        if (message.group) return say(PRIVATELY);
        const found = await choice.byId(message, id);
        return found && invite(found);
      },
    },
  };
}

const FORWARD =
  'Đồng chí chuyển tiếp tin trên cho học viên, hoặc in mã QR. Lời mời lớp dùng được nhiều lần, gửi vào nhóm cũng được.';
