import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/**
 * What stands behind a command's name. On `--help`, and on an option that the command does not have, its usage is printed
 * and the process ends, with status 0 or 2.
 *
 * @param usage "Cách dùng: npm run …"
 */
export function readArguments<T extends ParseArgsOptionsConfig>(
  usage: string,
  options: T,
): ReturnType<typeof parseArgs<{ allowPositionals: true; options: T }>> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch {
    console.error(`Lệnh không có lựa chọn này: ${process.argv.slice(2).join(' ')}\n${usage}`);
    process.exit(2);
  }
}
