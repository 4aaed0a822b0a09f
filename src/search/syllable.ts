import { fold } from './fold.ts';
import { toneless } from './tone.ts';

/*
 * Every Vietnamese syllable is an onset and a rime under one of six tones. The tables are the school grammar's; rimes
 * that occur in a few borrowed words only are left to the list of allowed words.
 */
const ONSETS = 'b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ');

const RIMES = new Set(
  `a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
  ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
  o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oong ooc
  ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
  u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uêt uên uơ uy uya uyên uyêt uynh uych uyt uyu uyp
  uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu`.split(
    /\s+/,
  ),
);

/** After "qu", whose u belongs to the onset. */
const RIMES_AFTER_QU = new Set(
  `a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăt âc ân ât âu ây e en eo et ê êch ên ênh êt êu i it ơ ơn ôc
  y ya ych yên yêt ynh yt`.split(/\s+/),
);

/** Whether a lower-case word is a possible Vietnamese syllable, spelling rules of c/k, g/gh, ng/ngh included. */
export function isSyllable(word: string): boolean {
  const { bare, tone } = toneless(word);
  return SYLLABLES.has(bare) && (!/(?:c|ch|p|t)$/.test(bare) || tone === 1 || tone === 5);
}

/** Whether a word without marks is a possible Vietnamese syllable once marks are put on it. */
export function isFoldedSyllable(word: string): boolean {
  return FOLDED_SYLLABLES.has(word);
}

function allSyllables(): Set<string> {
  const all = new Set(RIMES);
  for (const onset of ONSETS) {
    for (const rime of onset === 'qu' ? RIMES_AFTER_QU : RIMES) {
      const front = /^[eêiy]/.test(rime);
      if (/^(?:k|gh|ngh)$/.test(onset) && !front) continue;
      if (/^(?:c|g|ng)$/.test(onset) && front && !(onset === 'g' && /^i(?:n|$)/.test(rime))) continue;
      if (rime.startsWith('yê')) {
        if (onset === 'qu') all.add(onset + rime);
      } else if (onset === 'gi' && rime.startsWith('i')) all.add(`g${rime}`);
      else all.add(onset + rime);
    }
  }
  return all;
}

const SYLLABLES = allSyllables();
const FOLDED_SYLLABLES = new Set(Array.from(SYLLABLES, fold));
