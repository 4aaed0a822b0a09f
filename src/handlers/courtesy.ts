import { NOT_UNDERSTOOD, type Dialogs } from './dialogs.ts';
import { say, type Feature } from './feature.ts';

/** Folded words around what is said out of politeness. */
const EDGE = '(?:da|vang|rat|toi|em|minh|dong chi|nhe|nha|a|nhieu|lam|ban|bot|so tay|roi)';
const politely = (words: string): RegExp => new RegExp(`^(?:${EDGE} )*(?:${words})(?: ${EDGE})*$`);
const THANKS = politely('(?:xin |chan thanh )*cam on|thanks|thank you');
const FINE = politely('ok|oke|okie|okay|duoc|da hieu|hieu|da ro|ro|nhat tri|dong y|dung (?:roi|vay|y)|tot|vang|da');
const BYE = politely('(?:chao )?tam biet|bye|hen gap lai');

/** What is said out of politeness gets a word back; taken for a question it would bring the last answer once more. */
export function createCourtesy(dialogs: Pick<Dialogs, 'waits'>): Feature {
  return {
    commands: [],
    choices: {},
    async hear(message, spoken) {
      if (message.group) return undefined;
      if (THANKS.test(spoken)) return say(WELCOME);
      if (BYE.test(spoken)) return say(FAREWELL);
      if (!FINE.test(spoken)) return undefined;
      // "Ok" to a question that wants a choice must not look as if something had been done.
      return say((await dialogs.waits(message)) ? NOT_UNDERSTOOD : GO_ON);
    },
  };
}

const WELCOME = 'Không có gì, thưa đồng chí. Cần hỏi thêm, đồng chí cứ gõ câu hỏi.';
const FAREWELL = 'Chào đồng chí. Khi cần, đồng chí cứ gõ câu hỏi.';
const GO_ON = 'Vâng, thưa đồng chí. Cần hỏi thêm, đồng chí cứ gõ câu hỏi.';
