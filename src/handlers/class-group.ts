import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import { reachesClass } from '../classes/training-class.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { say, type Feature } from './feature.ts';

export interface ClassGroupDeps {
  classes: Pick<ClassesStore, 'named' | 'bindGroup'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
}

/** `/ganlop BD-2026-01`, typed in a group chat: the class's reminders and changes come there as well. */
export function createClassGroup({ classes, roles }: ClassGroupDeps): Feature {
  return {
    commands: [
      {
        name: 'ganlop',
        description: 'Gắn nhóm chat này với một lớp học',
        audience: 'officer',
        words: [],
        async run(message, argument) {
          if (!message.group) return say(IN_THE_GROUP);
          const reach = await roles.reach(message);
          const found = (argument === '' ? [] : await classes.named(argument)).filter((one) =>
            reachesClass(reach, one),
          );
          const [trainingClass] = found;
          if (!trainingClass) return say(NO_SUCH_CLASS);
          if (found.length > 1) return say(`${SEVERAL} ${found.map((one) => escapeMarkdown(one.code)).join(', ')}`);
          const { id, code, title, state } = trainingClass;
          if (state === 'cancelled' || state === 'finished') return say('Lớp này không còn học nữa.');
          await classes.bindGroup(id, { channel: message.channel, chatId: message.chatId }, await roles.actor(message));
          return say(
            `Nhóm này đã gắn với lớp **${escapeMarkdown(code)}** (${escapeMarkdown(title)}). Lịch học và thay đổi của lớp sẽ được báo vào đây.`,
          );
        },
      },
    ],
    choices: {},
  };
}

const IN_THE_GROUP = 'Lệnh này gõ trong nhóm chat của lớp, sau khi đã thêm tôi vào nhóm, ví dụ: /ganlop BD-2026-01';
const SEVERAL = 'Có mấy lớp mang mã gần giống nhau. Đồng chí gõ đúng một mã:';
const NO_SUCH_CLASS = 'Không có lớp này. Đồng chí gõ kèm mã lớp, ví dụ: /ganlop BD-2026-01';
