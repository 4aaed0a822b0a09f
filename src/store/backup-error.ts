/**
 * Why a copy cannot be made or used:
 * `busy`: another copy is being made; `same-file`: the copy would take the database's place; `no-database`: nothing to
 * copy; `running`: the bot or another command has the database open; `no-key`, `wrong-key`; `damaged`: changed, cut off
 * or no database at all; `foreign`: a database of something else; `newer`: of a newer version of this program.
 */
export type BackupFailure =
  | 'busy'
  | 'same-file'
  | 'no-database'
  | 'running'
  | 'no-key'
  | 'wrong-key'
  | 'damaged'
  | 'foreign'
  | 'newer';

export class BackupError extends Error {
  override name = 'BackupError';
  readonly failure: BackupFailure;
  readonly logText: string;

  constructor(failure: BackupFailure) {
    super(failure);
    this.failure = failure;
    this.logText = failure;
  }
}
