import type { Handbook } from '../handbook/load.ts';
import { fieldChoices } from './browse.ts';
import { say, type Feature } from './feature.ts';
import type { Invites } from './invites.ts';

const GREETING = [
  'Kính chào đồng chí! Tôi là **Sổ tay chi bộ**, trợ lý tự động (không phải người) về công tác đảng ở cơ sở.',
  'Đồng chí cứ gõ câu hỏi, có dấu hay không dấu đều được; câu trả lời lấy nguyên văn từ sổ tay, kèm căn cứ và ngày kiểm tra.',
  'Xin đừng gửi tài liệu mật hay hồ sơ cá nhân vào đây. Đồng chí gõ câu hỏi, hoặc chọn một lĩnh vực:',
].join('\n\n');

/** `/start`: who this is and what it can do; `/start <code>` accepts an invite. */
export function createStart(handbook: Handbook, acceptInvite: Invites['accept']): Feature {
  return {
    commands: [
      {
        name: 'start',
        description: 'Bắt đầu',
        audience: 'everyone',
        words: ['bat dau', 'xin chao', 'chao', 'chao ban', 'chao dong chi', 'hello', 'hi', 'alo'],
        run: async (message, argument) =>
          (await acceptInvite(message, argument)) ?? say(GREETING, fieldChoices(handbook.fields)),
      },
    ],
    choices: {},
  };
}
