import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { clockWords, dayWords } from '../classes/session-words.ts';
import type { DueReminder } from './due.ts';
import type { DescribedSession } from './reminders-store.ts';

/** Sessions of a digest that can be answered by button; a day has two or three. */
const MOST_ANSWERS = 4;

/**
 * A reminder as it is read.
 *
 * @param answers whether to offer "Tham dự" and "Xin vắng"; not in a group, where nobody knows whose answer it would be
 * @param now what "hôm nay" and "ngày mai" are counted from: when it goes out
 */
export function reminderText(
  { rule, sessions, late }: DueReminder<DescribedSession>,
  { answers, timeZone, now }: { answers: boolean; timeZone: string; now: Temporal.Instant },
): Outgoing {
  const [first] = sessions;
  if (!first) throw new Error('a reminder of nothing');
  const start = first.startsAt.toZonedDateTimeISO(timeZone);
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const days = today.until(start.toPlainDate()).days;
  const day = `${days === 0 ? 'Hôm nay, ' : days === 1 ? 'Ngày mai, ' : ''}${dayWords(start)}`;
  const mark = late ? '*Gửi muộn, mong đồng chí thông cảm.*\n\n' : '';
  const head =
    rule === 'before'
      ? `**${clockWords(start)} ${days === 0 ? 'hôm nay' : dayWords(start)}** đồng chí có buổi học:`
      : `**${day}**, đồng chí có ${sessions.length > 1 ? `${sessions.length} buổi học` : 'buổi học'}:`;
  const lines = sessions.map((session) => sessionLines(session, timeZone));
  const choices = answers ? sessions.slice(0, MOST_ANSWERS).flatMap((one) => answersOf(one, sessions, timeZone)) : [];
  const markdown = `${mark}${head}\n\n${lines.join('\n\n')}`;
  return choices.length > 0 ? { markdown, choices } : { markdown };
}

function sessionLines(session: DescribedSession, timeZone: string): string {
  const [start, end] = [session.startsAt, session.endsAt].map((at) => at.toZonedDateTimeISO(timeZone));
  const times = start && end ? `${clockWords(start)}–${clockWords(end)}` : '';
  const facts = [
    `- Địa điểm: ${escapeMarkdown(session.place)}`,
    session.lecturer === undefined ? '' : `- Báo cáo viên: ${escapeMarkdown(session.lecturer)}`,
    `- Lớp: ${escapeMarkdown(session.classCode)}`,
  ];
  return `**${times}** ${escapeMarkdown(session.topic)}\n\n${facts.filter((fact) => fact !== '').join('\n')}`;
}

function answersOf({ id, startsAt }: DescribedSession, all: readonly DescribedSession[], timeZone: string): Choice[] {
  const which = all.length === 1 ? '' : ` buổi ${clockWords(startsAt.toZonedDateTimeISO(timeZone))}`;
  return [
    { id: `thamdu.${id}`, label: `Tham dự${which}` },
    { id: `xinvang.${id}`, label: `Xin vắng${which}` },
  ];
}

/** Missed sessions that are named; the count says the rest. */
const MOST_MISSED = 10;

/** What officers are told when reminders could not go in time. */
export function missedText(
  missed: readonly DueReminder<DescribedSession>[],
  { timeZone }: { timeZone: string },
): Outgoing {
  const people = new Map<DescribedSession, Set<string>>();
  for (const { sessions, recipient } of missed) {
    for (const session of sessions) {
      const told = people.get(session) ?? new Set();
      people.set(session, told.add(recipient));
    }
  }
  const lines = [...people].slice(0, MOST_MISSED).map(([{ startsAt, topic, classCode }, { size }]) => {
    const start = startsAt.toZonedDateTimeISO(timeZone);
    const when = `${clockWords(start)} ${dayWords(start)}`;
    return `- ${when}, lớp ${escapeMarkdown(classCode)}, ${escapeMarkdown(topic)}: ${size} nơi nhận`;
  });
  const rest = people.size > MOST_MISSED ? `\n- … và ${people.size - MOST_MISSED} buổi nữa` : '';
  return {
    markdown: `Tôi vừa ngừng hoạt động một thời gian, nên **${missed.length} tin nhắc** không kịp gửi trước giờ học và sẽ không gửi nữa:\n\n${lines.join('\n')}${rest}\n\nĐồng chí kiểm tra sĩ số các buổi này giúp tôi.`,
  };
}
