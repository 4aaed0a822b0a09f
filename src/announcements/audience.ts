import { z } from 'zod';
import type { Role } from '../people/reach.ts';

/*
 * Whom an announcement is for, as data: a union of intersections, so that "bí thư của Đảng ủy xã A, và lớp BD-2026-01"
 * can be said and nothing has to be nested.
 */

const rule = z.discriminatedUnion('kind', [
  /** All that the officer may write to by unit. */
  z.object({ kind: z.literal('everyone') }),
  /** Who is in the class; who waits for a place is not. */
  z.object({ kind: z.literal('class'), classId: z.string() }),
  /** Who belongs to the unit or to one below it, or has a role for one of them. */
  z.object({ kind: z.literal('unit'), unitId: z.string() }),
  /** Who has the role, wherever. */
  z.object({ kind: z.literal('role'), role: z.enum(['admin', 'officer', 'secretary', 'trainee']) }),
]);

/** Stored as JSON; what does not fit is an error, never a wider audience. No list may be empty. */
export const audienceSchema = z.object({
  any: z.array(z.object({ all: z.array(rule).min(1) })).min(1),
});

export type AudienceRule = z.infer<typeof rule>;

/** Those to whom all rules of at least one group apply. */
export type Audience = z.infer<typeof audienceSchema>;

/** The audience of one choice: those to whom all of these rules apply. */
export function audienceOf(...rules: AudienceRule[]): Audience {
  return { any: [{ all: rules }] };
}

/** Both together: whoever is in one of them. */
export function union(one: Audience, other: Audience): Audience {
  return { any: [...one.any, ...other.any] };
}

/** @throws {z.ZodError} when the text is no audience */
export function readAudience(json: string): Audience {
  return audienceSchema.parse(JSON.parse(json));
}

/** What the audience's classes (codes) and units (names) are called; what is missing is not shown. */
export interface AudienceNames {
  classes: ReadonlyMap<string, string>;
  units: ReadonlyMap<string, string>;
}

/** The audience as an officer reads it, as plain text: "Bí thư của Đảng ủy xã A và trực thuộc; Lớp BD-2026-01". */
export function audienceWords({ any }: Audience, names: AudienceNames): string {
  return any.map(({ all }) => groupWords(all, names)).join('; ');
}

function groupWords(all: readonly AudienceRule[], names: AudienceNames): string {
  const [only, ...more] = all.filter(({ kind }) => kind !== 'everyone');
  if (!only) return 'Tất cả';
  if (more.length === 0) return onlyWords(only, names);
  const rules = [only, ...more];
  const roles = rules.flatMap((one) => (one.kind === 'role' ? ROLE_WORDS[one.role] : []));
  const classes = rules.flatMap((one) => (one.kind === 'class' ? `học ${className(one.classId, names)}` : []));
  const units = rules.flatMap((one) => (one.kind === 'unit' ? `của ${unitName(one.unitId, names)}` : []));
  return [roles.join(' kiêm ') || 'Những đồng chí', ...classes, ...units].join(' ');
}

function onlyWords(one: AudienceRule, names: AudienceNames): string {
  switch (one.kind) {
    case 'everyone':
      return 'Tất cả';
    case 'class':
      return capital(className(one.classId, names));
    case 'unit':
      return capital(unitName(one.unitId, names, 'đơn vị '));
    case 'role':
      return ROLE_WORDS[one.role];
  }
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  admin: 'Quản trị',
  officer: 'Cán bộ phụ trách',
  secretary: 'Bí thư',
  trainee: 'Học viên',
};

function className(id: string, { classes }: AudienceNames): string {
  const code = classes.get(id);
  return code === undefined ? 'một lớp không còn' : `lớp ${code}`;
}

function unitName(id: string, { units }: AudienceNames, kind = ''): string {
  const name = units.get(id);
  return name === undefined ? 'một đơn vị không còn' : `${kind}${name} và trực thuộc`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
