import type { Incoming } from '../bot/channel.ts';
import { say, type Command, type Feature } from './feature.ts';

/** `/trogiup`: the commands that this person has, with an example of each kind of question. */
export function createHelp(
  commands: () => readonly Command[],
  isOfficer: (message: Incoming) => Promise<boolean>,
): Feature {
  return {
    commands: [
      {
        name: 'trogiup',
        description: 'Xem cách dùng',
        audience: 'everyone',
        words: ['tro giup', 'giup', 'huong dan', 'huong dan su dung', 'cach dung', 'help'],
        run: async (message) => {
          const officer = await isOfficer(message);
          const mine = commands().filter(({ audience }) => audience === 'everyone' || officer);
          const list = mine.map(({ name, description }) => `- /${name}: ${description}`).join('\n');
          return say(`${HOW_TO_ASK}\n\n**Các lệnh**\n${list}\n\n${LIMITS}`);
        },
      },
    ],
    choices: {},
  };
}

const HOW_TO_ASK = [
  '**Cách hỏi**',
  'Đồng chí gõ câu hỏi như nói chuyện, mỗi tin một câu. Không dấu, viết tắt đều được:',
  '- *Bao nhiêu tuổi thì được vào Đảng?*\n- *ho so ket nap gom gi*\n- *qđ 24 còn hiệu lực không*',
].join('\n\n');

const LIMITS =
  'Tôi là trợ lý tự động. Khi không chắc, tôi sẽ nói là không chắc; việc cụ thể của chi bộ, đồng chí hỏi cấp ủy cấp trên. Xin đừng gửi tài liệu mật hay hồ sơ cá nhân.';
