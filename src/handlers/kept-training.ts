import type { Attendance } from '../classes/attendance-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { Enrolment } from '../classes/enrolments-store.ts';
import { timeWords } from '../classes/session-words.ts';
import type { Person } from '../people/people-store.ts';
import type { KeptLine } from './own-data.ts';
import type { TrainingStores } from './training.ts';

export interface KeptTrainingDeps {
  enrolments: Pick<TrainingStores['enrolments'], 'mine'>;
  attendance: Pick<TrainingStores['attendance'], 'ofClass'>;
  classes: Pick<ClassesStore, 'byId' | 'sessionsOf'>;
  timeZone: string;
}

/** What is kept of a person's classes, for `/dulieu`: places, results, and session by session what they said and did. */
export function createKeptTraining(deps: KeptTrainingDeps): (person: Person) => Promise<KeptLine[]> {
  const { enrolments, attendance, classes, timeZone } = deps;

  async function linesOf({ id, classId, state, result }: Enrolment): Promise<KeptLine[]> {
    const code = (await classes.byId(classId))?.code ?? 'không rõ';
    const parts = [code, state === 'waiting' ? 'danh sách chờ' : 'đã đăng ký', result];
    const own = (await attendance.ofClass(classId)).filter(({ enrolmentId }) => enrolmentId === id);
    const sessions = await classes.sessionsOf(classId);
    return [
      { what: 'Lớp', value: parts.filter((part) => part !== undefined).join(', ') },
      ...sessions.flatMap((session) => {
        const said = own.find(({ sessionId }) => sessionId === session.id);
        const what = said ? attendanceWords(said) : '';
        return what === '' ? [] : [{ what: `Buổi ${timeWords(session, timeZone)}, lớp ${code}`, value: what }];
      }),
    ];
  }

  return async ({ id }) => (await Promise.all((await enrolments.mine(id)).map(linesOf))).flat();
}

function attendanceWords({ answer, reason, checked }: Attendance): string {
  const parts = [
    answer && { attending: 'báo tham dự', absent: 'xin vắng' }[answer],
    reason === undefined ? undefined : `lý do: ${reason}`,
    checked && { present: 'điểm danh có mặt', late: 'điểm danh đến muộn', absent: 'điểm danh vắng' }[checked],
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
