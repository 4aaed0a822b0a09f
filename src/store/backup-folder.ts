import { globSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/*
 * The names of copies tell what they are; nothing else in the folder is ever touched.
 */

const NIGHTLY = /^sotay-(\d{8}T\d{6}Z)\.db(?:\.enc)?$/;
const UNFINISHED = /^sotay-[\w-]+\.db(?:\.enc)?\.part$/;
const UPGRADE = /^sotay-truoc-nang-cap-[\w-]+\.db(?:\.enc)?$/;
const ASIDE = '.truoc-phuc-hoi-';
/** By then it has shown whether an upgrade was a good one; and what people erase should not live on in it. */
const UPGRADE_DAYS = 30;

/** The name of a copy made now, in UTC so that the order of names is the order of time. */
export function nightlyCopy(now: Temporal.Instant, encrypted: boolean): string {
  return `sotay-${compactTime(now)}${ending(encrypted)}`;
}

/** "20261122T193000Z", which may stand in a file's name on every system. */
function compactTime(now: Temporal.Instant): string {
  return now.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}

/** The name of the copy made before an upgrade; the same for the same old version, so that it is kept once. */
export function upgradeCopy(from: string, encrypted: boolean): string {
  return `sotay-truoc-nang-cap-${from}${ending(encrypted)}`;
}

const ending = (encrypted: boolean): string => (encrypted ? '.db.enc' : '.db');

/**
 * When the newest nightly copy was made; undefined: there is none. One from the time to come, made while the clock was
 * wrong, must not keep the next from being made.
 */
export function newestCopy(folder: string, now: Temporal.Instant): Temporal.Instant | undefined {
  return nightlyCopies(folder)
    .map((name) => Temporal.Instant.from(NIGHTLY.exec(name)?.[1] ?? ''))
    .findLast((at) => Temporal.Instant.compare(at, now) <= 0);
}

/** The file of a nightly copy made then. */
export function newestCopyFile(folder: string, at: Temporal.Instant): string {
  const name = nightlyCopies(folder).find((one) => one.includes(compactTime(at)));
  return path.join(folder, name ?? nightlyCopy(at, false));
}

/** Deletes the oldest nightly copies beyond so many, and what an interrupted one left. */
export function pruneCopies(folder: string, keep: number, now: Temporal.Instant): void {
  for (const name of nightlyCopies(folder).slice(0, -keep)) rmSync(path.join(folder, name));
  pruneOld(folder, UNFINISHED, now, 1);
}

/** Deletes copies made before upgrades long ago. */
export function pruneUpgradeCopies(folder: string, now: Temporal.Instant): void {
  pruneOld(folder, UPGRADE, now, UPGRADE_DAYS);
}

/** The name that a restore keeps the old database under. */
export function asideName(databaseFile: string, now: Temporal.Instant): string {
  return `${databaseFile}${ASIDE}${compactTime(now)}`;
}

/** The files that restores put aside, a log beside its database among them, and when. */
export function putAside(databaseFile: string): { file: string; at: Temporal.Instant }[] {
  const [folder, name] = [path.dirname(databaseFile), path.basename(databaseFile)];
  return globSync(`${name}${ASIDE}*`, { cwd: folder })
    .toSorted()
    .flatMap((found) => {
      const time = /^\d{8}T\d{6}Z/.exec(found.slice(name.length + ASIDE.length))?.[0];
      return time === undefined ? [] : [{ file: path.join(folder, found), at: Temporal.Instant.from(time) }];
    });
}

function pruneOld(folder: string, names: RegExp, now: Temporal.Instant, days: number): void {
  const oldest = now.subtract({ hours: days * 24 }).epochMilliseconds;
  for (const name of globSync('sotay-*', { cwd: folder })) {
    const file = path.join(folder, name);
    if (names.test(name) && statSync(file).mtimeMs < oldest) rmSync(file);
  }
}

/** Oldest first. */
function nightlyCopies(folder: string): string[] {
  return globSync('sotay-*', { cwd: folder })
    .filter((name) => NIGHTLY.test(name))
    .toSorted();
}
