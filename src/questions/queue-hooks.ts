import { actorNames, ERASED } from '../people/audit-store.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { PersonHooks } from '../people/people-store.ts';
import { noticesOf } from './queue-groups.ts';
import { markOf } from './suggestions-store.ts';

/**
 * What people asked goes with them; what officers had taken waits for another one, and what they answered stays without
 * their name.
 */
export function queueHooks({ outbox }: { outbox: Pick<OutboxStore, 'cancel' | 'wipe'> }): PersonHooks {
  return {
    async onErase(transaction, personId, accounts) {
      const theirs = await transaction
        .deleteFrom('queue_questions')
        .where((eb) =>
          eb.or([
            eb('person_id', '=', personId),
            ...accounts.map(({ channel, userId }) => eb.and([eb('channel', '=', channel), eb('chat_id', '=', userId)])),
          ]),
        )
        .returning('group_id')
        .execute();
      for (const groupId of new Set(theirs.map(({ group_id }) => group_id))) {
        // What officers were to be told quotes them.
        await outbox.cancel(transaction, noticesOf(groupId));
        await outbox.wipe(transaction, noticesOf(groupId));
      }
      const empty = transaction
        .selectFrom('queue_groups')
        .select('id')
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('queue_questions')
                .select('queue_questions.id')
                .whereRef('queue_questions.group_id', '=', 'queue_groups.id'),
            ),
          ),
        );
      await transaction.deleteFrom('queue_groups').where('id', 'in', empty).where('answered_at', 'is', null).execute();
      // The answer may repeat what was asked; that there was one is counted.
      await transaction.updateTable('queue_groups').set({ answer: null }).where('id', 'in', empty).execute();
      await transaction.deleteFrom('lecturer_questions').where('person_id', '=', personId).execute();

      const names = actorNames(personId, accounts);
      await transaction
        .updateTable('queue_groups')
        .set((eb) => ({ state: 'new', owner: null, version: eb('version', '+', 1) }))
        .where('state', '=', 'taken')
        .where('owner', 'in', names)
        .execute();
      await transaction.updateTable('queue_groups').set({ owner: null }).where('owner', 'in', names).execute();
      await transaction.updateTable('queue_groups').set({ author: null }).where('author', 'in', names).execute();
      await transaction
        .updateTable('queue_groups')
        .set({ answered_by: ERASED })
        .where('answered_by', 'in', names)
        .execute();
      await transaction.deleteFrom('field_officers').where('actor', 'in', names).execute();

      const suggestions = await transaction
        .selectFrom('phrasing_suggestions')
        .select(['id', 'salt'])
        .where('state', '=', 'counting')
        .execute();
      for (const { id, salt } of suggestions) {
        await transaction
          .deleteFrom('phrasing_votes')
          .where('suggestion_id', '=', id)
          .where(
            'mark',
            'in',
            names.map((name) => markOf(name, salt)),
          )
          .execute();
      }
    },
    async onMerge(transaction, from, to) {
      for (const table of ['queue_questions', 'lecturer_questions'] as const) {
        await transaction.updateTable(table).set({ person_id: to }).where('person_id', '=', from).execute();
      }
      for (const column of ['owner', 'author', 'answered_by'] as const) {
        await transaction
          .updateTable('queue_groups')
          .set({ [column]: to })
          .where(column, '=', from)
          .execute();
      }
      const fields = await transaction.selectFrom('field_officers').select('field').where('actor', '=', from).execute();
      for (const { field } of fields) {
        await transaction
          .insertInto('field_officers')
          .values({ actor: to, field })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      await transaction.deleteFrom('field_officers').where('actor', '=', from).execute();
    },
  };
}
