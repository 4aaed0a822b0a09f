import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { timeWords } from '../classes/session-words.ts';
import type { Session, TrainingClass } from '../classes/training-class.ts';

/** The sessions of a class as a list, cancelled ones crossed out. */
export function timetable(
  { place }: Pick<TrainingClass, 'place'>,
  sessions: readonly Session[],
  timeZone: string,
): string {
  if (sessions.length === 0) return 'Lớp chưa có lịch. Có lịch, tôi sẽ báo đồng chí.';
  return sessions
    .map((session) => {
      const room = session.place === undefined || session.place === place ? undefined : `tại ${session.place}`;
      const lecturer = session.lecturer === undefined ? undefined : `báo cáo viên: ${session.lecturer}`;
      const details = [session.topic, lecturer, room].filter((part) => part !== undefined).join('; ');
      const line = `**${timeWords(session, timeZone)}**: ${escapeMarkdown(details)}`;
      return session.state === 'cancelled' ? `- ~~${line}~~ (đã hủy)` : `- ${line}`;
    })
    .join('\n');
}

/** Code and title, as a class is spoken of. */
export function className({ code, title }: Pick<TrainingClass, 'code' | 'title'>): string {
  return `**${escapeMarkdown(code)}** (${escapeMarkdown(title)})`;
}
