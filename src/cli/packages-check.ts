import { readFileSync } from 'node:fs';
import { z } from 'zod';

/*
 * `npm run check:packages`: exact versions only, everything from the npm registry with its checksum, and no install
 * script but those that allowScripts in package.json names. Exit status 1 with one line a mistake.
 */
/** What names no address comes from the registry that npm is set up with. */
const REGISTRY = 'https://registry.npmjs.org/';
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

const versions = z.record(z.string(), z.string()).default({});
const packageSchema = z.object({
  dependencies: versions,
  devDependencies: versions,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

const own = packageSchema.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const mistakes = [
  ...Object.entries({ ...own.dependencies, ...own.devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `package.json: ${name}: "${version}" is a range; name one version`),
  ...Object.entries(packages).flatMap(([path, { resolved, integrity, hasInstallScript }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (path === '') return [];
    return [
      ...(hasInstallScript && own.allowScripts[name] !== true ? [`${path}: has an install script`] : []),
      ...(resolved === undefined || resolved.startsWith(REGISTRY) ? [] : [`${path}: not from the npm registry`]),
      ...(integrity === undefined ? [`${path}: has no checksum`] : []),
    ];
  }),
];
for (const mistake of mistakes) console.error(mistake);
process.exitCode = mistakes.length > 0 ? 1 : 0;
