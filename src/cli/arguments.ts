import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

type Parsed<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ allowPositionals: true; options: T }>>;

/**
 * What stands behind a command's name. On `--help`, on an option that the command does not have, and on a second name
 * where it takes one, its usage is printed and the process ends, with status 0 or 2.
 *
 * @param usage "Cách dùng: npm run …"
 * @param names of files or folders; one with a space that nobody put into quotes comes as several
 */
export function readArguments<T extends ParseArgsOptionsConfig>(
  usage: string,
  options: T,
  names: 'one' | 'any' = 'any',
): Parsed<T> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  const parsed = parse(options);
  if (!parsed) return refuse(`Lệnh không có lựa chọn này: ${process.argv.slice(2).join(' ')}`, usage);
  const { positionals } = parsed;
  if (names === 'one' && positionals.length > 1) {
    const together = positionals.join(' ');
    return refuse(`Lệnh chỉ nhận một tên. Tên có khoảng trắng thì đặt trong dấu ngoặc kép: "${together}"`, usage);
  }
  return parsed;
}

function parse<T extends ParseArgsOptionsConfig>(options: T): Parsed<T> | undefined {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch {
    return undefined;
  }
}

function refuse(why: string, usage: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}
