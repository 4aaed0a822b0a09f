import type { Choice } from '../bot/channel.ts';
import { choiceId } from './feature.ts';

/** The first part of the ids of all choices under `/quantri`. */
export const ADMIN = 'admin';
export const TO_ADMIN: Choice = { id: choiceId(ADMIN), label: 'Về mục Quản trị' };
