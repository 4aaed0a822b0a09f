import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { AuditAction, AuditRow, AuditStore } from '../people/audit-store.ts';
import type { Reach } from '../people/reach.ts';
import { say } from './feature.ts';
import { ROLE_NAMES } from './role-names.ts';

const PAGE = 10;

export interface AuditLog {
  /**
   * A page of what was changed within the reach.
   *
   * @param choices what to offer under it, given the next page if there is one
   */
  show(reach: Reach, page: number, choices: (next: number | undefined) => Choice[]): Promise<Outgoing[]>;
}

/** The audit log as officers read it. */
export function createAuditLog(audit: AuditStore, showTime: (at: Temporal.Instant) => string): AuditLog {
  function line(row: AuditRow): string {
    const role = row.detail.role && ROLE_NAMES[row.detail.role].toLowerCase();
    const about = [role, row.unitName && escapeMarkdown(row.unitName)].filter(Boolean).join(', ');
    const { added, updated = 0 } = row.detail;
    const counts =
      added === undefined
        ? ''
        : row.action === 'people placed' || row.action === 'rule change told'
          ? ` (${added} người)`
          : ` (thêm ${added}, cập nhật ${updated})`;
    // Who accepts an invite is both: said once.
    const subject = row.action === 'role taken' ? ` của ${name(row.subjectName)}` : '';
    return `- ${showTime(row.at)}, ${actor(row)}: ${ACTIONS[row.action]}${subject}${about === '' ? '' : `: ${about}`}${counts}`;
  }

  return {
    async show(reach, page, choices) {
      const rows = await audit.list(reach, { offset: page * PAGE, limit: PAGE + 1 });
      if (rows.length === 0) return say('Nhật ký chưa có gì.', choices(undefined));
      const lines = rows.slice(0, PAGE).map((row) => line(row));
      const head = page === 0 ? '**Nhật ký**, mới nhất ở trên' : `**Nhật ký**, trang ${page + 1}`;
      return say(`${head}\n\n${lines.join('\n')}`, choices(rows.length > PAGE ? page + 1 : undefined));
    },
  };
}

function actor({ actor: kind, actorName }: AuditRow): string {
  switch (kind) {
    case 'person':
      return name(actorName);
    case 'admin':
      return 'quản trị viên';
    case 'operator':
      return 'người vận hành máy';
    case 'erased':
      return 'người đã xóa dữ liệu';
  }
}

function name(text: string | undefined): string {
  return text === undefined ? 'người không còn tên' : escapeMarkdown(text);
}

const ACTIONS: Readonly<Record<AuditAction, string>> = {
  'invite made': 'làm mã mời',
  'invite taken back': 'hủy mã mời',
  'role granted': 'nhận vai trò',
  'role taken': 'thôi vai trò',
  'unit added': 'thêm đơn vị',
  'unit renamed': 'đổi tên đơn vị',
  'unit moved': 'chuyển đơn vị',
  'units imported': 'nhập danh sách đơn vị',
  'people placed': 'xếp người vào đơn vị',
  'meeting set': 'ghi lịch họp',
  'meeting changed': 'đổi lịch họp',
  'data request answered': 'trả lời yêu cầu về dữ liệu cá nhân',
  'data request closed': 'đóng yêu cầu về dữ liệu cá nhân',
  'class made': 'mở lớp',
  'class changed': 'sửa lớp',
  'class opened': 'mở lại đăng ký lớp',
  'class closed': 'khóa đăng ký lớp',
  'class cancelled': 'hủy lớp',
  'class group set': 'gắn nhóm cho lớp',
  'attendance marked': 'điểm danh',
  'results imported': 'nhập kết quả học tập',
  'handbook changed': 'sửa sổ tay',
  'handbook entry withdrawn': 'rút một mục khỏi sổ tay',
  'handbook entry approved': 'duyệt mục của sổ tay',
  'roster imported': 'nhập danh sách học viên',
  'document recorded': 'ghi văn bản mới',
  'document changed': 'sửa văn bản đã ghi',
  'document withdrawn': 'thu hồi văn bản đã ghi',
  'rule change told': 'báo thay đổi quy định cho người theo dõi',
  'announcement sent': 'gửi thông báo',
  'announcement stopped': 'dừng thông báo',
  'announcement sent for release': 'nhờ duyệt thông báo',
  'announcement released': 'duyệt thông báo',
  'announcement refused': 'không duyệt thông báo',
  'announcement expired': 'thông báo hết hạn duyệt',
  'announcement planned': 'hẹn giờ thông báo',
  'announcement plan cancelled': 'hủy lịch thông báo',
  'announcement recalled': 'thu hồi thông báo',
  'announcement edited': 'sửa nội dung thông báo',
  'announcement sent again': 'gửi lại thông báo chưa rõ',
  'announcement reminder planned': 'hẹn nhắc xác nhận thông báo',
};
