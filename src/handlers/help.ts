import type { Incoming } from '../bot/channel.ts';
import { say, type Command, type Feature } from './feature.ts';

/** `/trogiup`: the commands that this person has, with an example of each kind of question. */
export function createHelp(
  commands: () => readonly Command[],
  isOfficer: (message: Incoming) => Promise<boolean>,
): Feature {
  function commandLines(audience: Command['audience']): string {
    const listed = commands().filter((command) => command.audience === audience && !UNLISTED.includes(command.name));
    return listed.map(({ name, description }) => `- /${name}: ${description}`).join('\n');
  }

  return {
    commands: [
      {
        name: 'trogiup',
        isAside: true,
        description: 'Xem cách dùng',
        audience: 'everyone',
        words: [
          'tro giup',
          'giup',
          'giup toi',
          'giup toi voi',
          'huong dan',
          'huong dan su dung',
          'cach dung',
          'dung the nao',
          'ban lam duoc gi',
          'bot lam duoc gi',
          'ban la ai',
          'menu',
          'lenh',
          'cac lenh',
          'help',
        ],
        run: async (message) => {
          const forOfficers = (await isOfficer(message)) ? commandLines('officer') : '';
          return say(
            [
              `${HOW_TO_ASK}\n\n**Các lệnh**\n${commandLines('everyone')}`,
              forOfficers === '' ? '' : `**Lệnh của cán bộ**\n${forOfficers}`,
              LIMITS,
            ]
              .filter((part) => part !== '')
              .join('\n\n'),
          );
        },
      },
    ],
    choices: {},
  };
}

/** Who reads the help has begun, and has found it. */
const UNLISTED = ['start', 'trogiup'];

const HOW_TO_ASK = [
  '**Cách hỏi**',
  'Đồng chí gõ câu hỏi như nói chuyện, mỗi tin một câu. Không dấu, viết tắt đều được:',
  '- *Bao nhiêu tuổi thì được vào Đảng?*\n- *ho so ket nap gom gi*\n- *qđ 24 còn hiệu lực không*',
].join('\n\n');

const LIMITS =
  'Tôi là trợ lý tự động. Khi không chắc, tôi sẽ nói là không chắc; việc cụ thể của chi bộ, đồng chí hỏi cấp ủy cấp trên. Xin đừng gửi tài liệu mật hay hồ sơ cá nhân.';
