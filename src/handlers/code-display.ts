import type { Outgoing } from '../bot/channel.ts';
import type { AccountRef } from '../config.ts';
import type { Logger } from '../log.ts';

/** How often it is looked whether a shown code has changed. */
export const DISPLAY_EVERY_MS = 5000;

export interface CodeDisplayDeps {
  /** Changes a message; false: the platform cannot. */
  edit: (account: AccountRef, messageId: string, message: Outgoing) => Promise<boolean>;
  log: Logger;
}

/**
 * Keeps messages with codes that change by themselves up to date. In memory: after a restart the officer asks for the code
 * again, which is what the message says anyway when its time is over.
 */
export interface CodeDisplay {
  /** @param render the message as it should be now; undefined: it is not changed any more */
  add(account: AccountRef, messageId: string, render: () => Promise<Outgoing | undefined>): void;
  /** Brings all up to date once. */
  run(): Promise<void>;
}

export function createCodeDisplay({ edit, log }: CodeDisplayDeps): CodeDisplay {
  /** By chat: a new message takes the place of the one before. */
  const shown = new Map<
    string,
    { account: AccountRef; messageId: string; text: string; render: () => Promise<Outgoing | undefined> }
  >();

  return {
    add(account, messageId, render) {
      shown.set(`${account.channel}:${account.userId}`, { account, messageId, text: '', render });
    },
    async run() {
      for (const [key, one] of shown) {
        try {
          const message = await one.render();
          if (message?.markdown === one.text) continue;
          if (!message || !(await edit(one.account, one.messageId, message))) shown.delete(key);
          else one.text = message.markdown;
        } catch (error) {
          shown.delete(key);
          log.warn({ err: error }, 'shown code not changed');
        }
      }
    },
  };
}
