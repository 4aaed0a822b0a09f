import type { BackupFailure } from '../store/backup-error.ts';

/** What an operator reads when a copy cannot be made or used. */
export const BACKUP_FAILURES: Record<BackupFailure, string> = {
  busy: 'Đang có một lần sao lưu khác chạy. Chờ vài phút rồi chạy lại lệnh.',
  'same-file': 'Tệp này chính là cơ sở dữ liệu đang dùng. Chọn tên khác cho bản sao.',
  'no-database': 'Chưa có cơ sở dữ liệu để sao lưu. Kiểm tra DATABASE_URL, và chạy lệnh trong thư mục của bot.',
  running:
    'Bot (hoặc một lệnh khác) đang dùng cơ sở dữ liệu. Dừng bot rồi chạy lại lệnh, ví dụ: systemctl stop so-tay-chi-bo',
  'no-key': 'Bản sao này đã mã hóa. Đặt BACKUP_KEY bằng mật khẩu dùng lúc sao lưu rồi chạy lại lệnh.',
  'wrong-key': 'BACKUP_KEY không đúng với bản sao này. Dùng lại mật khẩu của lúc sao lưu.',
  damaged: 'Tệp bị hỏng, bị cắt ngắn hoặc bị sửa, không dùng được. Hãy chọn một bản sao khác.',
  foreign: 'Tệp này không phải bản sao của bot. Hãy chọn tệp khác.',
  newer: 'Bản sao này do phiên bản mới hơn của chương trình tạo ra. Cài phiên bản đó rồi phục hồi.',
};

/** The sentence for a failure of the disk; undefined: it is something else. */
export function diskSentence(error: unknown, file: string): string | undefined {
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  if (code === 'ENOENT') return `Không thấy tệp hoặc thư mục: ${file}. Kiểm tra lại tên.`;
  if (code === 'EISDIR') return `${file} là một thư mục. Ghi cả tên tệp, ví dụ: ${file}/sotay.db`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `Không có quyền đọc hoặc ghi: ${file}. Chạy lệnh bằng tài khoản của bot, và kiểm tra quyền của thư mục.`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL) {
    return 'Ổ đĩa đã đầy. Giải phóng chỗ trống rồi chạy lại lệnh.';
  }
  if (code === 'ERR_SQLITE_ERROR' && (errcode === SQLITE_NOTADB || errcode === SQLITE_CORRUPT)) {
    return 'Cơ sở dữ liệu bị hỏng. Chạy npm run doctor, và phục hồi bản sao gần nhất bằng npm run restore.';
  }
  if (code === 'ERR_SQLITE_ERROR') {
    return `Không đọc hoặc ghi được cơ sở dữ liệu hay bản sao. Kiểm tra quyền của thư mục và chỗ trống của ổ đĩa: ${file}`;
  }
  return undefined;
}

const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
