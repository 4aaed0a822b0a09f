import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { LIST, PLANNED, TEMPLATES } from '../announcements/announcement-message.ts';
import type { Announcement } from '../announcements/announcements-store.ts';
import type { Release } from '../announcements/release.ts';
import { AUDIENCE, createAudienceChoice, type AudienceChoiceDeps } from './announcing-audience.ts';
import { createAnnouncingFacts, type AnnouncingFactsDeps } from './announcing-facts.ts';
import { createAnnouncingContent, type AnnouncingContentDeps } from './announcing-content.ts';
import {
  createAnnouncingPreview,
  EDIT,
  type AnnouncingPreview,
  type AnnouncingPreviewDeps,
} from './announcing-preview.ts';
import { createAnnouncingRelease } from './announcing-release.ts';
import { type Feature, PRIVATE_MATTER, say } from './feature.ts';

type Wired = 'draftOf' | 'next' | 'preview' | 'askAudience' | 'submit' | 'facts';

type All = Omit<AnnouncingContentDeps, Wired> &
  Omit<AudienceChoiceDeps, Wired> &
  Omit<AnnouncingPreviewDeps, Wired> &
  AnnouncingFactsDeps & { release: Release };

/** What nobody else needs of the conversation's parts. */
export type AnnouncingParts = Pick<
  All,
  | 'db'
  | 'store'
  | 'audiences'
  | 'dispatch'
  | 'release'
  | 'files'
  | 'outbox'
  | 'rates'
  | 'zaloMonth'
  | 'quietUntil'
  | 'canEdit'
  | 'publicUrl'
  | 'fourEyesAbove'
> & { fetch: AnnouncingContentDeps['download'] };

export type AnnouncingDeps = Omit<All, keyof AnnouncingParts | 'download'> & { announcing: AnnouncingParts };

export interface Announcing {
  feature: Feature;
  /** Takes a text on as if it had been typed after `/thongbao`. */
  compose: (message: Incoming, text: string) => Promise<Outgoing[]>;
  preview: AnnouncingPreview;
}

/** `/thongbao`: text or file, whom it is for, a last look, and off it goes. */
export function createAnnouncing({ announcing, ...others }: AnnouncingDeps): Announcing {
  const deps = { ...others, ...announcing, download: announcing.fetch };
  const { store, roles, release } = deps;

  async function draftOf(message: Incoming, id: string): Promise<Announcement | undefined> {
    const found = await store.byId(id);
    return found?.state === 'draft' && found.author === (await roles.actor(message)) ? found : undefined;
  }

  const content = createAnnouncingContent({
    ...deps,
    draftOf,
    next: (message, draft) => (draft.audience ? preview.show(message, draft.id) : audience.ask(message, draft)),
  });
  const audience = createAudienceChoice({ ...deps, draftOf, preview: (message, id) => preview.show(message, id) });
  const facts = createAnnouncingFacts(deps);
  const preview = createAnnouncingPreview({
    ...deps,
    draftOf,
    facts,
    askAudience: (message, draft) => audience.ask(message, draft),
    submit: (_message, draft) => second.submit(draft),
  });
  const second = createAnnouncingRelease({ ...deps, release, facts });

  async function run(message: Incoming, argument: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATE_MATTER);
    const styled = message.styled?.replace(COMMAND, '').trim();
    const text = (styled ?? argument).replace(/^:\s*/, '');
    if (text !== '') return content.take(message, text);
    const [question] = await content.ask(message, HOW);
    return question ? [{ ...question, choices: MORE }] : [];
  }

  /** Buttons of a private matter do nothing in a group. */
  const privately = (choices: Feature['choices']): Feature['choices'] =>
    Object.fromEntries(
      Object.entries(choices).map(([action, choose]) => [
        action,
        (message, rest) => (message.group ? undefined : choose(message, rest)),
      ]),
    );

  return {
    compose: content.take,
    preview,
    feature: {
      commands: [
        {
          name: 'thongbao',
          description: 'Gửi thông báo, xem ai đã nhận',
          audience: 'officer',
          words: ['thong bao', 'gui thong bao', 'soan thong bao'],
          argument: /^:/,
          run,
        },
      ],
      choices: privately({
        ...content.choices,
        ...preview.choices,
        ...second.choices,
        [AUDIENCE]: audience.choose,
        async [EDIT](message, [id = '']) {
          if (!(await draftOf(message, id))) return undefined;
          return content.ask(message, 'Đồng chí gõ lại toàn bộ nội dung thông báo. (Gõ /huy để giữ như cũ.)', id);
        },
      }),
      dialogs: { ...content.dialogs, ...audience.dialogs },
      receive: content.receive,
      receivePhoto: content.receive,
    },
  };
}

/** The command, or the words that mean the same. */
const COMMAND = /^\W*(?:\/?thongbao(?:@\w+)?|(?:gửi |soạn )?thông báo)(?!\p{L})/iu;

const MORE: readonly Choice[] = [
  { id: LIST, label: 'Thông báo đã gửi' },
  { id: PLANNED, label: 'Thông báo đã hẹn' },
  { id: TEMPLATES, label: 'Soạn theo mẫu' },
];

const HOW =
  '**Soạn thông báo.** Đồng chí gõ nội dung; in đậm thì viết giữa hai dấu \\*\\*. Trên Telegram có thể gửi kèm một ảnh hoặc một tài liệu công khai. (Gõ /huy để thôi.)';
