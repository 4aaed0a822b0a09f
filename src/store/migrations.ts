import type { Migration } from 'kysely/migration';
import { up as ask } from './migrations/0001_ask.ts';
import { up as zalo } from './migrations/0002_zalo.ts';
import { up as outbox } from './migrations/0003_outbox.ts';
import { up as people } from './migrations/0004_people.ts';
import { up as organisation } from './migrations/0005_organisation.ts';
import { up as classes } from './migrations/0006_classes.ts';
import { up as meetings } from './migrations/0007_meetings.ts';
import { up as trainees } from './migrations/0008_trainees.ts';
import { up as announcements } from './migrations/0009_announcements.ts';
import { up as queue } from './migrations/0010_queue.ts';
import { up as handbook } from './migrations/0011_handbook.ts';
import { up as documents } from './migrations/0012_documents.ts';
import { up as alarms } from './migrations/0013_alarms.ts';
import { up as replies } from './migrations/0014_replies.ts';

/** In order of their names; one that was released is never changed. */
export const migrations: Record<string, Migration> = {
  '0001_ask': { up: ask },
  '0002_zalo': { up: zalo },
  '0003_outbox': { up: outbox },
  '0004_people': { up: people },
  '0005_organisation': { up: organisation },
  '0006_classes': { up: classes },
  '0007_meetings': { up: meetings },
  '0008_trainees': { up: trainees },
  '0009_announcements': { up: announcements },
  '0010_queue': { up: queue },
  '0011_handbook': { up: handbook },
  '0012_documents': { up: documents },
  '0013_alarms': { up: alarms },
  '0014_replies': { up: replies },
};
