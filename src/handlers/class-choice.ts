import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import { reachesClass, type TrainingClass } from '../classes/training-class.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { choiceId, say } from './feature.ts';

const MOST = 8;

export interface ClassChoiceDeps {
  classes: Pick<ClassesStore, 'named' | 'byId' | 'listFor'>;
  roles: Pick<RolesStore, 'reach'>;
}

/** Which class an officer means, of those within their reach; what is beyond it does not exist for them. */
export interface ClassChoice {
  byId(message: Incoming, id: string): Promise<TrainingClass | undefined>;
  /** By a typed code; without one, or when it is not clear which has it, the classes to choose from. */
  byCode(message: Incoming, code: string, action: string): Promise<TrainingClass | Outgoing[]>;
}

/** Classes to choose from. @param action with `rest` the beginning of their buttons' ids */
export function classButtons(classes: readonly TrainingClass[], action: string, ...rest: string[]): Choice[] {
  return classes.map(({ id, code, title }) => ({ id: choiceId(action, ...rest, id), label: `${code}: ${title}` }));
}

/** @returns the choices lead to `<action>.<class id>` */
export function createClassChoice({ classes, roles }: ClassChoiceDeps): ClassChoice {
  return {
    async byId(message, id) {
      const found = await classes.byId(id);
      return found && reachesClass(await roles.reach(message), found) ? found : undefined;
    },
    async byCode(message, code, action) {
      const reach = await roles.reach(message);
      const found = (code === '' ? [] : await classes.named(code)).filter((one) => reachesClass(reach, one));
      if (found[0] && found.length === 1) return found[0];
      const listed = found.length > 1 ? found.slice(0, MOST) : await classes.listFor(reach, { offset: 0, limit: MOST });
      if (listed.length === 0) return say(NO_CLASSES);
      const unknown =
        code === '' || found.length > 1 ? '' : `Tôi không thấy lớp "${escapeMarkdown(code.slice(0, 60))}". `;
      return say(`${unknown}Đồng chí chọn lớp:`, classButtons(listed, action));
    },
  };
}

const NO_CLASSES = 'Chưa có lớp học nào. Đồng chí mở lớp bằng lệnh /lophoc.';
