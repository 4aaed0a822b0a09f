/** Something that is asked for when a template is filled in. */
interface Blank {
  question: string;
  example: string;
  /** The line that it makes; left out with it. */
  line: (typed: string) => string;
}

/** An announcement that is written often; its text is made of the answers only. */
export interface Template {
  id: string;
  label: string;
  title: string;
  blanks: readonly Blank[];
}

const named =
  (name: string) =>
  (typed: string): string =>
    `**${name}:** ${typed}`;

export const TEMPLATES: readonly Template[] = [
  {
    id: 'hop',
    label: 'Mời họp',
    title: 'MỜI HỌP',
    blanks: [
      { question: 'Họp về nội dung gì?', example: 'sơ kết công tác quý IV', line: named('Nội dung') },
      { question: 'Thời gian họp?', example: '14h thứ Sáu, 27/11/2026', line: named('Thời gian') },
      { question: 'Họp ở đâu?', example: 'hội trường Đảng ủy xã', line: named('Địa điểm') },
      { question: 'Thành phần dự họp?', example: 'bí thư, phó bí thư các chi bộ', line: named('Thành phần') },
      { question: 'Ai chủ trì?', example: 'Thường trực Đảng ủy', line: named('Chủ trì') },
      { question: 'Cần chuẩn bị gì?', example: 'số liệu đảng viên đến 20/11', line: named('Chuẩn bị') },
    ],
  },
  {
    id: 'lop',
    label: 'Khai giảng lớp',
    title: 'KHAI GIẢNG LỚP BỒI DƯỠNG',
    blanks: [
      { question: 'Tên lớp?', example: 'Bồi dưỡng bí thư chi bộ, đợt 2 năm 2026', line: named('Lớp') },
      { question: 'Thời gian khai giảng?', example: '7h30 ngày 1/12/2026', line: named('Khai giảng') },
      { question: 'Học ở đâu?', example: 'Trung tâm Chính trị', line: named('Địa điểm') },
      { question: 'Học trong bao lâu?', example: '5 ngày, đến hết 5/12', line: named('Thời gian học') },
      { question: 'Học viên mang theo gì?', example: 'giấy triệu tập, sổ ghi chép', line: named('Mang theo') },
      { question: 'Đăng ký thế nào?', example: 'nhắn cho bot: đăng ký BD-2026-02', line: named('Đăng ký') },
    ],
  },
  {
    id: 'doi',
    label: 'Đổi lịch',
    title: 'THAY ĐỔI LỊCH',
    blanks: [
      { question: 'Việc gì đổi lịch?', example: 'họp giao ban bí thư tháng 12', line: named('Việc') },
      { question: 'Lịch cũ?', example: '14h ngày 4/12', line: named('Lịch cũ') },
      { question: 'Lịch mới?', example: '8h ngày 7/12', line: named('Lịch mới') },
      { question: 'Địa điểm?', example: 'không đổi, hội trường Đảng ủy', line: named('Địa điểm') },
      { question: 'Lý do?', example: 'trùng lịch họp cấp trên', line: named('Lý do') },
    ],
  },
  {
    id: 'han',
    label: 'Nhắc hạn báo cáo',
    title: 'NHẮC HẠN NỘP BÁO CÁO',
    blanks: [
      { question: 'Báo cáo gì?', example: 'báo cáo tổng kết công tác Đảng năm 2026', line: named('Báo cáo') },
      { question: 'Hạn nộp?', example: 'trước 16h ngày 15/12', line: named('Hạn nộp') },
      { question: 'Nộp về đâu, bằng cách nào?', example: 'Văn phòng Đảng ủy, bản giấy', line: named('Nơi nộp') },
      { question: 'Theo mẫu nào?', example: 'mẫu kèm Công văn số 12-CV/ĐU', line: named('Mẫu') },
      { question: 'Hỏi ai khi cần?', example: 'Văn phòng Đảng ủy', line: named('Liên hệ') },
    ],
  },
];

/** Longest answer to a question. UTF-16 units. */
export const LONGEST_ANSWER = 300;

/** @param answers in the order of the blanks; empty: left out */
export function fillTemplate({ title, blanks }: Template, answers: readonly string[]): string {
  const lines = blanks.flatMap(({ line }, i) => {
    const answer = answers[i] ?? '';
    return answer === '' ? [] : [line(answer)];
  });
  return [`**${title}**`, ...lines].join('\n\n');
}
