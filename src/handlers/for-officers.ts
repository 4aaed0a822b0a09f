import type { Incoming } from '../bot/channel.ts';
import type { Feature } from './feature.ts';

/**
 * The feature as it is for officers only: for everybody else its commands, buttons and dialogs do not exist. Checked at
 * every step, so that a role that was taken away is gone at once, also in the middle of a dialog.
 */
export function forOfficers(feature: Feature, isOfficer: (message: Incoming) => Promise<boolean>): Feature {
  const { commands, choices, dialogs = {}, receive, receivePhoto } = feature;
  return {
    ...feature,
    commands: commands.map((command) => ({ ...command, audience: 'officer' })),
    choices: Object.fromEntries(
      Object.entries(choices).map(([action, run]) => [
        action,
        async (message, rest) => ((await isOfficer(message)) ? run(message, rest) : undefined),
      ]),
    ),
    dialogs: Object.fromEntries(
      Object.entries(dialogs).map(([name, step]) => [
        name,
        async (message, state) => ((await isOfficer(message)) ? step(message, state) : undefined),
      ]),
    ),
    ...(receive && { receive: async (message) => ((await isOfficer(message)) ? receive(message) : undefined) }),
    ...(receivePhoto && {
      receivePhoto: async (message) => ((await isOfficer(message)) ? receivePhoto(message) : undefined),
    }),
  };
}
