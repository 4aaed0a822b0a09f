import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { createClassImport } from '../classes/class-import.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import type { RosterStore } from '../classes/roster-store.ts';
import { reachesClass } from '../classes/training-class.ts';
import type { Clock } from '../clock.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { fold } from '../search/fold.ts';
import { createClassChanging } from './class-changing.ts';
import { classButtons } from './class-choice.ts';
import { createClassFiles, FILE_DIALOG } from './class-files.ts';
import { createClassMaking } from './class-making.ts';
import { createClassSteps } from './class-steps.ts';
import { CLASSES, createClassView } from './class-view.ts';
import type { Dialogs } from './dialogs.ts';
import { type Feature, PRIVATE_MATTER, say } from './feature.ts';

export interface ClassesFeatureDeps {
  classes: ClassesStore;
  enrolments: Pick<EnrolmentsStore, 'counts'>;
  roster: RosterStore;
  units: UnitsStore;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  download: (message: Incoming) => Promise<Uint8Array>;
  clock: Clock;
  timeZone: string;
}

/** `/lophoc`: classes within one's reach: look, make, import, change, cancel, copy. */
export function createClassesFeature(deps: ClassesFeatureDeps): Feature {
  const { classes, roles } = deps;
  const view = createClassView(deps);
  const making = createClassMaking({ ...deps, imports: createClassImport(deps), view });
  const steps = createClassSteps({ ...deps, making });
  const changing = createClassChanging({ ...deps, view, making });
  const files = createClassFiles({ ...deps, making });

  async function typed(message: Incoming, argument: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATE_MATTER);
    // Folding keeps the number of letters of what is composed.
    const text = argument.normalize('NFC');
    const verb = /^(?:moi|mau)(?=\s|$)/.exec(fold(text))?.[0];
    if (verb === 'mau') return files.template(message);
    if (verb === 'moi') {
      const lines = text.slice(verb.length).replace(/^[^\S\n]*\n?/, '');
      // A code alone is the first step.
      return /[:\n]/.test(lines.trim()) ? making.preview(message, lines) : steps.begin(message, lines.trim());
    }
    const reach = await roles.reach(message);
    if (text === '') return view.list(reach);
    const found = (await classes.named(text)).filter((one) => reachesClass(reach, one));
    if (found.length > 1) {
      return say('Có mấy lớp mang mã gần giống nhau. Đồng chí chọn lớp:', classButtons(found, CLASSES, 'show'));
    }
    const version = await view.mine(reach, found[0]?.id);
    return version
      ? view.show(version)
      : say(`Không có lớp "${escapeMarkdown(text.slice(0, 40))}". Đồng chí gõ /lophoc để xem các lớp.`);
  }

  async function choose(message: Incoming, [action, id, ...rest]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATE_MATTER);
    const reach = await roles.reach(message);
    switch (action) {
      case undefined:
        return view.list(reach);
      case 'page':
        return view.list(reach, pageNumber(id));
      case 'new':
        return steps.begin(message);
      case 'template':
        return files.template(message);
      case 'carry':
        return making.carryOut(message);
      case 'mend':
        return making.mend(message);
      case 'drop':
        return making.cancel(message);
    }
    const version = await view.mine(reach, id);
    if (!version) return undefined;
    const { trainingClass, sessions } = version;
    switch (action) {
      case 'show':
        return view.show(version);
      case 'sessions':
        return view.sessions(version, pageNumber(rest[0]));
      case 'session': {
        const session = sessions.find((one) => one.id === rest[0]);
        return session && view.session(version, session);
      }
      case 'settings':
        return view.settings(version);
      case 'edit':
        return trainingClass.state === 'cancelled' ? undefined : changing.ask(message, version, rest[0] ?? '', rest[1]);
      case 'yes':
        return changing.confirm(message, version);
      case 'import':
        return files.ask(message, version);
      case 'export':
        return files.export(message, version);
      case 'close':
        return changing.setState(message, version, 'closed');
      case 'open':
        return changing.setState(message, version, 'open');
      case 'copy':
        return changing.askForCopy(message, version);
      case 'cancel':
        return changing.askToCancel(version);
      case 'cancelled':
        return changing.setState(message, version, 'cancelled');
      case 'ungroup': {
        await classes.bindGroup(trainingClass.id, undefined, await roles.actor(message));
        return say('Đã bỏ gắn nhóm. Nhóm đó không còn nhận lịch của lớp.');
      }
      default:
        return undefined;
    }
  }

  return {
    commands: [
      {
        name: 'lophoc',
        description: 'Mở, sửa, hủy lớp học; nhập lịch và học viên',
        audience: 'officer',
        words: ['lop hoc', 'cac lop hoc', 'danh sach lop hoc'],
        argument: /^(?:mới|moi|mẫu|mau)(?=\s|$)/i,
        run: typed,
      },
    ],
    choices: { [CLASSES]: choose },
    dialogs: {
      ...making.dialogs,
      ...steps.dialogs,
      ...changing.dialogs,
      // A file is waited for: a text is a question.
      [FILE_DIALOG]: () => Promise.resolve(undefined),
    },
    receive: files.receive,
  };
}

function pageNumber(text = ''): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : 0;
}
