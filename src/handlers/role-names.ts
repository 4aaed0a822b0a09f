import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Role } from '../people/reach.ts';

/** In the order in which they are listed. */
export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  admin: 'Quản trị',
  officer: 'Cán bộ phụ trách',
  secretary: 'Bí thư',
  trainee: 'Học viên',
};

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLE_NAMES, text);
}

/** "**Cán bộ phụ trách** của **Đảng ủy xã A**" as Markdown. */
export function roleOf(role: Role, unitName: string | undefined): string {
  const name = `**${ROLE_NAMES[role]}**`;
  return unitName === undefined ? name : `${name} của **${escapeMarkdown(unitName)}**`;
}
