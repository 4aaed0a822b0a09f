import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { AttendanceStore } from '../classes/attendance-store.ts';
import type { CalendarEvent } from '../classes/calendar.ts';
import type { CalendarFeedsStore } from '../classes/calendar-feeds-store.ts';
import type { CheckInStore } from '../classes/check-in-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import type { ResultsStore } from '../classes/results-store.ts';
import type { Clock } from '../clock.ts';
import { createGuesses } from '../people/guesses.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { createAbsence } from './absence.ts';
import { createAttendanceTaking } from './attendance-taking.ts';
import { createCheckIn } from './check-in.ts';
import { createClassChoice } from './class-choice.ts';
import { createClassInvite } from './class-invite.ts';
import { createClassReport } from './class-report.ts';
import type { CodeDisplay } from './code-display.ts';
import type { Dialogs } from './dialogs.ts';
import { createEnrolling } from './enrolling.ts';
import type { Feature } from './feature.ts';
import { forOfficers } from './for-officers.ts';
import { createKeptTraining } from './kept-training.ts';
import { createMyClasses } from './my-classes.ts';
import type { KeptLine } from './own-data.ts';
import type { Registration } from './registration.ts';
import { createResultImport } from './result-import.ts';

/** What is kept of trainees. */
export interface TrainingStores {
  enrolments: EnrolmentsStore;
  attendance: AttendanceStore;
  checkIn: CheckInStore;
  feeds: CalendarFeedsStore;
  resultsStore: ResultsStore;
  /** All that is in a person's calendar: classes, meetings. */
  events: (personId: string) => Promise<CalendarEvent[]>;
}

export interface TrainingDeps {
  training: TrainingStores;
  classes: ClassesStore;
  units: UnitsStore;
  people: PeopleStore;
  roles: RolesStore;
  dialogs: Dialogs;
  registration: Registration;
  /** The address that opens the bot on Telegram with this code; undefined: Telegram is off. */
  startLink: (code: string) => string | undefined;
  /** The address of the calendar with this token, as it is reached from where the message came from. */
  feedAddress: (message: Incoming, token: string) => string | undefined;
  isOfficer: (message: Incoming) => Promise<boolean>;
  /** The document that came with a message; rejects with a `DeliveryError`. */
  download: (message: Incoming) => Promise<Uint8Array>;
  display: Pick<CodeDisplay, 'add'>;
  clock: Clock;
  timeZone: string;
}

/** What trainees do with classes, and what officers do about trainees. */
export function createTraining(deps: TrainingDeps): {
  /** What `/start <code>` says to an invitation into a class, or to a code of a session; undefined: it is neither. */
  accept: (message: Incoming, text: string) => Promise<Outgoing[] | undefined>;
  /** By the name that data/vocabulary/services.yaml has for it. */
  services: Readonly<Record<string, (message: Incoming) => Promise<Outgoing[]>>>;
  /** What is kept of a person's classes, for `/dulieu`. */
  kept: (person: Person) => Promise<KeptLine[]>;
  features: Feature[];
} {
  const { training, classes, clock, isOfficer } = deps;
  const shared = { ...deps, ...training };
  const enrolling = createEnrolling(shared);
  const myClasses = createMyClasses({ ...shared, enrolling });
  const absence = createAbsence(shared);
  const checkIn = createCheckIn({ ...shared, enrolling, guesses: createGuesses(clock) });
  const choice = createClassChoice(deps);
  const results = createResultImport({ ...shared, choice });
  return {
    async accept(message, text) {
      if (text === '') return undefined;
      const checkedIn = await checkIn.accept(message, text);
      if (checkedIn) return checkedIn;
      const named = await classes.named(text);
      const trainingClass = named.length === 1 ? named[0] : await classes.byId(text);
      return trainingClass && enrolling.start(message, trainingClass);
    },
    services: { 'lich-hoc': myClasses.schedule, 'lop-cua-toi': myClasses.list, 'xin-vang': absence.list },
    kept: createKeptTraining(shared),
    features: [
      enrolling.feature,
      myClasses,
      absence,
      checkIn,
      forOfficers(createClassInvite({ ...shared, choice }), isOfficer),
      forOfficers(createAttendanceTaking({ ...shared, choice }), isOfficer),
      forOfficers(createClassReport({ ...shared, choice, results }), isOfficer),
    ],
  };
}
