import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { isoDate } from '../handbook/iso-date.ts';

const FILE = path.join(import.meta.dirname, '../../data/holidays.yaml');
const schema = z.record(isoDate, z.string());

/** Public holidays by ISO date, with their Vietnamese names; data/holidays.yaml says for which years and from where. */
export type Holidays = ReadonlyMap<string, string>;

/** @throws {z.ZodError} when the file is not as it should be */
export function loadHolidays(): Holidays {
  return new Map(Object.entries(schema.parse(load(readFileSync(FILE, 'utf8')))));
}
