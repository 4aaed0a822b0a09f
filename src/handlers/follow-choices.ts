import type { Choice, Incoming } from '../bot/channel.ts';
import type { Entry } from '../handbook/entry.ts';
import { choiceId } from './feature.ts';

/** The first part of the buttons' ids. */
export const FOLLOW = 'td';

/** The list of the topics that one follows. */
export const FOLLOWED: Choice = { id: choiceId(FOLLOW, 'all'), label: 'Chủ đề theo dõi' };

/** Goes under an answer; none in a group, where it would not be clear who follows. */
export function followChoice(entry: Entry, { group }: Pick<Incoming, 'group'>): Choice[] {
  return group ? [] : [{ id: choiceId(FOLLOW, 'on', entry.key), label: 'Theo dõi chủ đề này' }];
}
