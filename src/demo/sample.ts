import type { AccountRef } from '../config.ts';
import type { Role } from '../people/reach.ts';

/*
 * The sample committee: every name says that it is one. Whoever tries the bot out plays one of the three people.
 */

/** Somebody whom a visitor of the web chat can be. */
export interface SampleRole {
  account: AccountRef;
  /** As the page offers it. */
  label: string;
  name: string;
  unit: string;
  role: Role;
}

const COMMITTEE = 'Đảng ủy xã Mẫu';
export const CLASS_CODE = 'MAU-01';

const web = (userId: string): AccountRef => ({ channel: 'web', userId });

export const SAMPLE_ROLES: readonly SampleRole[] = [
  { account: web('thu-hoc-vien'), label: 'Học viên', name: 'Học viên Mẫu', unit: 'Chi bộ Thôn Mẫu 1', role: 'trainee' },
  {
    account: web('thu-bi-thu'),
    label: 'Bí thư chi bộ',
    name: 'Bí thư Mẫu',
    unit: 'Chi bộ Thôn Mẫu 2',
    role: 'secretary',
  },
  { account: web('thu-can-bo'), label: 'Cán bộ phụ trách', name: 'Cán bộ Mẫu', unit: COMMITTEE, role: 'admin' },
];

/** By lines as `/donvi` reads them: the name, then the unit above. */
export const SAMPLE_UNITS: readonly { name: string; parent: string }[] = [
  { name: COMMITTEE, parent: '' },
  { name: 'Chi bộ Thôn Mẫu 1', parent: COMMITTEE },
  { name: 'Chi bộ Thôn Mẫu 2', parent: COMMITTEE },
  { name: 'Chi bộ Trường Tiểu học Mẫu', parent: COMMITTEE },
];

const TRAINEES = 12;

/** The roster as a committee's office sends it. */
export const SAMPLE_ROSTER: readonly { name: string; unit: string }[] = Array.from({ length: TRAINEES }, (_, i) => ({
  name: `Học viên Mẫu ${String(i + 1).padStart(2, '0')}`,
  unit: SAMPLE_UNITS[1 + (i % 3)]?.name ?? COMMITTEE,
}));

/** What the officer types to make the class; its first session is tomorrow. */
export function sampleClass(today: Temporal.PlainDate): string {
  const on = (days: number): string => {
    const date = today.add({ days });
    return [date.day, date.month].map((part) => String(part).padStart(2, '0')).join('/') + `/${date.year}`;
  };
  return [
    '/lophoc moi',
    `Mã: ${CLASS_CODE}`,
    'Tên: Lớp mẫu để thử: nghiệp vụ công tác đảng cho bí thư chi bộ',
    'Địa điểm: Hội trường Mẫu, số 1 đường Mẫu',
    `Đơn vị: ${COMMITTEE}`,
    `Buổi: ${on(1)} 08:00-11:30 | Công tác kết nạp đảng viên | Báo cáo viên 1`,
    `Buổi: ${on(1)} 14:00-17:00 | Thảo luận: sinh hoạt chi bộ | Báo cáo viên 2 | Phòng 203`,
    `Buổi: ${on(2)} 08:00-11:30 | Công tác kiểm tra, giám sát của chi bộ | Báo cáo viên 3`,
  ].join('\n');
}

/** Once a month, as the secretary types it. */
export const SAMPLE_MEETING = 'ngày 5 hằng tháng 19:30, nhà văn hóa Thôn Mẫu 2';

export const SAMPLE_ANNOUNCEMENT =
  'Đây là thông báo mẫu để đồng chí thử: Đảng ủy xã Mẫu mời các đồng chí bí thư chi bộ đến Hội trường Mẫu lúc 14 giờ thứ Sáu tuần này để giao ban.';
