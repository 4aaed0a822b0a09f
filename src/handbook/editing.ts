import type { Transaction } from 'kysely';
import { fold, words } from '../search/fold.ts';
import type { Search } from '../search/search.ts';
import type { Schema } from '../store/schema.ts';
import { wordsHash } from './approvals.ts';
import { checkCandidates } from './check.ts';
import { contentHash, contentOf, entryOf, withLivingLinks, type Entry, type EntryContent } from './entry.ts';
import type { Finding } from './finding.ts';
import type { LiveHandbook } from './live.ts';
import type { NewVersion, Proposal, Version, VersionsStore } from './versions-store.ts';

/** Longest phrasing that is added to an entry, UTF-16 units: what nobody types twice is no way of asking. */
const LONGEST_PHRASING = 200;
/** Syllables of a new entry's id. */
const ID_SYLLABLES = 8;
/** How many entries a new one leads to by itself. */
const RELATED = 3;

export interface Change {
  entryId: string;
  /** The version that it was made from. */
  from: number;
  /** Undefined: to be withdrawn. */
  content: EntryContent | undefined;
  /** As in the audit log. */
  by: string;
  /** For other officers; any text. */
  reason: string;
}

/** `overtaken`: somebody was faster, by this version; `refused`: mistakes to be mended first. In both cases nothing is saved. */
export type Saved = { saved: number } | { overtaken: Version } | { refused: readonly Finding[] };

/** An edit over a file that has changed since, or is gone. */
export interface Review {
  version: Version;
  /** What the file says now. */
  file: EntryContent | undefined;
}

/** Changing the handbook while it is in use: by versions in the database, in force at once, each of them kept. */
export interface HandbookEditing {
  /**
   * Brings what was saved (also by other processes) into force. At the start, before the search is built, it also sees
   * which edits the files have taken over by now.
   */
  sync(): Promise<void>;
  /** The number of the version in force; 0: the file, or nothing. */
  numberOf(entryId: string): Promise<number>;
  /** The same for all entries that were ever changed. */
  numbers(): Promise<Map<string, number>>;
  /** Newest first, without the file. */
  history(entryId: string): Promise<Version[]>;
  /** What is wrong with a content, and what could be better. */
  check(entryId: string, content: EntryContent): Finding[];
  /** The same for several that are changed together. */
  checkAll(changes: readonly Pick<Change, 'entryId' | 'content'>[]): (Finding & { entry: Entry })[];
  save(change: Change): Promise<Saved>;
  /** All or none; `overtaken` and `refused` are those of the first entry that they concern. */
  saveAll(changes: readonly Change[]): Promise<Saved>;
  /** Makes version `to` the newest again; 0: what the file says. Undefined: there is no such version. */
  rollBack(change: Omit<Change, 'content'> & { to: number }): Promise<Saved | undefined>;
  /**
   * Adds a way of asking, as an officer agreed to.
   *
   * @returns `known`: it is one already, of whichever entry; `refused`: too long, misspelt, or the entry has no room
   */
  addPhrasing(entryId: string, text: string, by: string): Promise<'added' | 'known' | 'refused' | 'gone'>;
  /** An id for a new entry of this field, from its question; free, and none of `taken`. */
  newId(fieldId: string, question: string, taken?: ReadonlySet<string>): Promise<string>;
  /** Entries that a new one may lead to: what the search finds for its question. */
  relatedTo(question: string, entryId: string): string[];
  /** Newest versions of entries that were withdrawn. */
  gone(): Promise<Version[]>;
  /** Edits whose file has changed since, or is gone: they stay in force until somebody has looked. */
  toReview(): Promise<Review[]>;
  /** The edit stays although the file has changed. */
  keep(entryId: string): Promise<void>;
  propose(proposal: Omit<Proposal, 'id' | 'at'>): Promise<void>;
  proposals(): Promise<Proposal[]>;
  proposal(id: string): Promise<Proposal | undefined>;
  /** False: somebody else has settled it. */
  settleProposal(id: string): Promise<boolean>;
}

export interface EditingDeps {
  handbook: LiveHandbook;
  store: VersionsStore;
  /** Undefined until it is built. */
  search: () => Pick<Search<Entry>, 'ask' | 'put' | 'remove'> | undefined;
  allowedWords: ReadonlySet<string>;
  /** Told in the transaction that changes what people read of entries; ids. */
  onReworded?: ((transaction: Transaction<Schema>, entryIds: readonly string[]) => Promise<unknown>) | undefined;
}

export function createHandbookEditing(deps: EditingDeps): HandbookEditing {
  const { handbook, store, search, allowedWords } = deps;
  const { base } = handbook;
  let mark = 0;

  function fileOf(entryId: string): EntryContent | undefined {
    const entry = base.entry(entryId);
    return entry?.id === entryId ? contentOf(entry) : undefined;
  }

  function baseOf(entryId: string): string | undefined {
    const file = fileOf(entryId);
    return file && contentHash(file);
  }

  function sameAsFile({ entryId, content }: Version): boolean {
    const file = fileOf(entryId);
    if (!content || !file) return content === file;
    const isThere = (id: string): boolean => handbook.entry(id) !== undefined;
    return contentHash(withLivingLinks(content, isThere)) === contentHash(withLivingLinks(file, isThere));
  }

  /**
   * Whether the file is one that this version, merged once, or an earlier one was made over: the files were taken back to
   * before the merge, by an older release or because what was exported was not kept. The edit must not go with them.
   */
  async function isOlderFile({ entryId, content }: Version): Promise<boolean> {
    const file = baseOf(entryId);
    if (file === (content && contentHash(content))) return false;
    const [newest, ...earlier] = await store.history(entryId);
    const contents = earlier.map((one) => one.content && contentHash(one.content));
    return [newest, ...earlier].some((one) => one?.base === file) || contents.includes(file);
  }

  /** Of an entry that was new and merged nobody can tell whether the files were taken back or a release left it out. */
  function isOvertaken({ entryId, merged, base: over, content }: Version): boolean {
    return merged ? !fileOf(entryId) && content !== undefined : over !== baseOf(entryId);
  }

  async function sync(): Promise<void> {
    const atStart = search() === undefined;
    const { versions, mark: newMark } = await store.newest(mark);
    mark = newMark;
    if (versions.length === 0) return;
    const inForce: Version[] = [];
    for (const version of versions) if (!version.merged || (await isOlderFile(version))) inForce.push(version);
    handbook.change(new Map(inForce.map(({ entryId, content }) => [entryId, content])));
    if (atStart) {
      const merged = inForce.filter((version) => sameAsFile(version)).map(({ entryId }) => entryId);
      handbook.change(new Map(merged.map((id) => [id, fileOf(id)])));
      await store.markMerged(merged);
    }
    for (const { entryId } of inForce) {
      const entry = handbook.entry(entryId);
      if (entry?.id === entryId) search()?.put(entry);
      else search()?.remove(entryId);
    }
  }

  function checkAll(changes: readonly Pick<Change, 'entryId' | 'content'>[]): (Finding & { entry: Entry })[] {
    const candidates = changes.flatMap(({ entryId, content }) => (content ? [entryOf(entryId, content)] : []));
    return checkCandidates(candidates, handbook, allowedWords);
  }

  const check = (entryId: string, content: EntryContent): Finding[] => checkAll([{ entryId, content }]);

  async function toVersion({ entryId, from, content, by, reason }: Change): Promise<NewVersion> {
    const before = await store.latest(entryId);
    // An edit of an edit that was not yet compared with a changed file does not hide the change.
    const made = before && !before.merged ? before.base : baseOf(entryId);
    return { entryId, from, content, author: by, reason, base: made };
  }

  /** Whether people read something else from then on. */
  function isReworded({ entryId, content }: Change): boolean {
    const before = handbook.entry(entryId);
    return (
      content !== undefined && before?.id === entryId && wordsHash(before) !== wordsHash(entryOf(entryId, content))
    );
  }

  async function saveAll(changes: readonly Change[]): Promise<Saved> {
    const mistakes = checkAll(changes).filter(({ weight }) => weight === 'mistake');
    if (mistakes.length > 0) return { refused: mistakes };
    const reworded = changes.filter((change) => isReworded(change)).map(({ entryId }) => entryId);
    const overtaken = await store.add(
      await Promise.all(changes.map((change) => toVersion(change))),
      async (transaction) => {
        if (reworded.length > 0) await deps.onReworded?.(transaction, reworded);
      },
    );
    if (overtaken) return { overtaken };
    await sync();
    return { saved: (changes[0]?.from ?? 0) + 1 };
  }

  /** Who is told a number changes what they see: what another process saved must be in force by then. */
  async function numberOf(entryId: string): Promise<number> {
    await sync();
    return (await store.latest(entryId))?.number ?? 0;
  }

  async function addPhrasing(entryId: string, text: string, by: string): ReturnType<HandbookEditing['addPhrasing']> {
    await sync();
    const entry = handbook.entry(entryId);
    if (!entry) return 'gone';
    const phrasing = text
      .normalize('NFC')
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/[.,;:!]+$/, '');
    if (phrasing === '' || phrasing.length > LONGEST_PHRASING) return 'refused';
    const spoken = words(fold(phrasing)).join(' ');
    const isKnown = handbook.entries.some(({ question, phrasings, brief }) =>
      [question, ...phrasings, ...brief].some((known) => words(fold(known)).join(' ') === spoken),
    );
    if (isKnown) return 'known';
    const content = { ...contentOf(entry), phrasings: [...entry.phrasings, phrasing] };
    const wrong = (of: EntryContent): Set<string> =>
      new Set(check(entry.id, of).flatMap((one) => (one.part === 'phrasings' && isGrave(one) ? one.text : [])));
    const found = wrong(content);
    // What was wrong before is not this phrasing's fault.
    if (found.size > 0 && found.difference(wrong(contentOf(entry))).size > 0) return 'refused';
    const from = (await store.latest(entry.id))?.number ?? 0;
    const change = { entryId: entry.id, from, content, by, reason: 'Thêm cách hỏi của người dùng' };
    const saved = await saveAll([change]);
    if ('saved' in saved) return 'added';
    // It goes with whatever another officer has made of the entry meanwhile.
    return 'overtaken' in saved ? addPhrasing(entryId, text, by) : 'refused';
  }

  return {
    sync,
    numberOf,
    async numbers() {
      const { versions } = await store.newest(0);
      return new Map(versions.map(({ entryId, number }) => [entryId, number]));
    },
    history: (entryId) => store.history(entryId),
    check,
    checkAll,
    save: (change) => saveAll([change]),
    saveAll,
    async rollBack({ to, ...change }) {
      if (to === 0) return saveAll([{ ...change, content: fileOf(change.entryId) }]);
      const version = (await store.history(change.entryId)).find(({ number }) => number === to);
      return version && saveAll([{ ...change, content: version.content }]);
    },
    addPhrasing,
    async newId(fieldId, question, taken) {
      const slug = words(fold(question)).slice(0, ID_SYLLABLES).join('-') || 'muc';
      for (let i = 1; ; i++) {
        const id = `${fieldId}/${slug}${i === 1 ? '' : `-${i}`}`;
        if (taken?.has(id) || handbook.entry(id) || base.entry(id)) continue;
        if ((await numberOf(id)) === 0) return id;
      }
    },
    relatedTo(question, entryId) {
      const found = search()?.ask(question).found ?? [];
      return found
        .map(({ entry }) => entry.id)
        .filter((id) => id !== entryId)
        .slice(0, RELATED);
    },
    async gone() {
      const { versions } = await store.newest(0);
      return versions.filter(({ content, entryId }) => !content && handbook.entry(entryId)?.id !== entryId);
    },
    async toReview() {
      const { versions } = await store.newest(0);
      return versions
        .filter((version) => isOvertaken(version) && !sameAsFile(version))
        .map((version) => ({ version, file: fileOf(version.entryId) }));
    },
    async keep(entryId) {
      await store.keepOver(entryId, await numberOf(entryId), baseOf(entryId));
    },
    propose: (proposal) => store.propose(proposal),
    proposals: () => store.proposals(),
    proposal: (id) => store.proposal(id),
    settleProposal: (id) => store.settleProposal(id),
  };
}

/** Of what people typed an unknown word is a slip, not a word to be learned. */
function isGrave({ weight, word }: Finding): boolean {
  return weight === 'mistake' || word !== undefined;
}
