import { ConfigError } from '../config.ts';
import { BackupError, type BackupFailure } from '../store/backup-error.ts';

/** What a command is about to change was changed by somebody else since it was looked at. */
export class ChangedMeanwhileError extends Error {
  override name = 'ChangedMeanwhileError';
}

/**
 * Prints what went wrong with a command and how its operator mends it.
 *
 * @param file what the command reads or writes; empty: nothing that was named to it
 * @returns the exit status: 2 the environment or the handbook must be mended, 1 something else
 * @throws the error itself when it is a mistake of the program
 */
export async function explain(error: unknown, file = ''): Promise<number> {
  if (error instanceof ConfigError) return say(error.lines, 2);
  if (error instanceof BackupError) return say([BACKUP_FAILURES[error.failure]], 1);
  if (error instanceof ChangedMeanwhileError) {
    return say(['Dữ liệu vừa được người khác sửa. Chưa ghi gì; chạy lại lệnh để xem lại thay đổi.'], 1);
  }
  // Loaded when needed: they would be a part of every command's start.
  const { HandbookError } = await import('../handbook/load.ts');
  if (error instanceof HandbookError) return say([error.message], 2);
  const { databaseCure } = await import('../store/database.ts');
  const sentence = diskSentence(error, file) ?? databaseCure(error)?.text;
  if (sentence === undefined) throw error;
  return say([sentence], 1);
}

function say(lines: readonly string[], status: number): number {
  for (const line of lines) console.error(line);
  return status;
}

const BACKUP_FAILURES: Record<BackupFailure, string> = {
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
function diskSentence(error: unknown, file: string): string | undefined {
  const { code, errcode, path = file } = error as NodeJS.ErrnoException & { errcode?: number };
  if (code === 'ENOENT' || code === 'ENOTDIR') return `Không thấy tệp hoặc thư mục: ${path}. Kiểm tra lại tên.`;
  // What the error itself names may be a temporary file that could not take the place of that folder.
  if (code === 'EISDIR') return `${file} là một thư mục. Ghi cả tên tệp ở sau tên thư mục.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `Không có quyền đọc hoặc ghi: ${path}. Chạy lệnh bằng tài khoản của bot, để tệp ở nơi tài khoản đó dùng được (ví dụ /tmp; trong /root, /home thì không), và kiểm tra quyền của thư mục.`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL) {
    return 'Ổ đĩa đã đầy. Giải phóng chỗ trống rồi chạy lại lệnh.';
  }
  if (errcode === SQLITE_NOTADB || errcode === SQLITE_CORRUPT) {
    return 'Cơ sở dữ liệu bị hỏng. Chạy npm run doctor, và phục hồi bản sao gần nhất bằng npm run restore.';
  }
  if (errcode === SQLITE_BUSY) return 'Cơ sở dữ liệu đang bận. Chờ một phút rồi chạy lại lệnh.';
  return undefined;
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
