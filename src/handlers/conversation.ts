import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { Entry } from '../handbook/entry.ts';
import type { Handbook } from '../handbook/load.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { AccountsStore } from '../people/accounts-store.ts';
import type { QuestionsStore } from '../questions/questions-store.ts';
import type { Search } from '../search/search.ts';
import { createAsk } from './ask.ts';
import { createBrowse } from './browse.ts';
import { createDocumentFeature } from './document.ts';
import type { Command } from './feature.ts';
import { createHelp } from './help.ts';
import { createOpenQuestions } from './open-questions.ts';
import { createRouter } from './router.ts';
import { createStart } from './start.ts';

export interface ConversationDeps {
  handbook: Handbook;
  search: Search<Entry>;
  questions: QuestionsStore;
  accounts: AccountsStore;
  isOfficer: (message: Incoming) => boolean;
  metrics: Metrics;
  clock: Clock;
  timeZone: string;
  log: Logger;
}

export interface Conversation {
  /** What the bot says to a message; never throws. */
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** In the order of the menu. */
  commands: readonly Command[];
}

/** All that the bot can do in a chat, put together. */
export function createConversation(deps: ConversationDeps): Conversation {
  const { handbook, questions, accounts, isOfficer, clock, timeZone, log } = deps;
  const documents = createDocumentFeature(handbook);
  const ask = createAsk({ ...deps, lookUpDocument: documents.lookUp });
  const help = createHelp(() => commands, isOfficer);
  const features = [
    ask,
    createBrowse(handbook),
    documents,
    help,
    createStart(handbook),
    createOpenQuestions(questions, clock, timeZone),
  ];
  const commands = features.flatMap((feature) => feature.commands);
  const route = createRouter({ features, ask: ask.ask, isOfficer, log });
  return {
    commands,
    async handle(message) {
      await accounts.seen(message.channel, message.chatId).catch((error: unknown) => {
        log.error({ err: error }, 'account not kept');
      });
      return route(message);
    },
  };
}
